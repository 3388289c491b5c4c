"""AVIF: nested boxes; metadata is in separate items and boxes. Offsets must not change: removed
data is overwritten with zeroes, and its type with `free`."""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from darkroom.images.metadata.parts import Span, limit_parts, zero_out

_METADATA_ITEMS = {b"Exif", b"mime", b"uri "}
_METADATA_BOXES = {b"uuid", b"udta"}
_CONTAINERS = {b"moov", b"trak"}


class _Box(NamedTuple):
    type: bytes
    offset: int
    start: int  # of the payload
    end: int


def strip(content: bytes) -> bytes:
    walker = _Walker(content)
    walker.walk(0, len(content))
    data = zero_out(content, walker.removed, walker.kept)
    for offset in walker.removed_types:
        data[offset : offset + 4] = b"free"
    return bytes(data)


class _Walker:
    """Collects the removed and kept spans of a file, and the offsets of removed types."""

    def __init__(self, content: bytes) -> None:
        self.removed: list[Span] = []
        self.kept: list[Span] = []
        self.removed_types: list[int] = []
        self._content = content

    def walk(self, start: int, end: int) -> None:
        for box in _boxes(self._content, start, end):
            if box.type in _METADATA_BOXES:
                self.removed.append(Span(box.start, box.end))
                self.removed_types.append(box.offset + 4)
            elif box.type in _CONTAINERS:
                self.walk(box.start, box.end)
            elif box.type == b"meta":
                self._walk_items(box)

    def _walk_items(self, meta: _Box) -> None:
        boxes = {box.type: box for box in _boxes(self._content, meta.start + 4, meta.end)}
        if b"iinf" not in boxes or b"iloc" not in boxes:
            return
        metadata = dict(_metadata_items(self._content, boxes[b"iinf"]))
        self.removed_types += metadata.values()
        idat = boxes.get(b"idat")
        for item_id, span in _extents(self._content, boxes[b"iloc"], idat.start if idat else 0):
            (self.removed if item_id in metadata else self.kept).append(span)


@limit_parts
def _boxes(content: bytes, offset: int, end: int) -> Iterator[_Box]:
    while offset + 8 <= end:
        size, box_type = struct.unpack_from(">I4s", content, offset)
        start = offset + 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", content, start)
            start += 8
        box_end = offset + size if size else end
        if not start <= box_end <= end:
            raise ValueError("a box exceeds its container")
        yield _Box(box_type, offset, start, box_end)
        offset = box_end


def _metadata_items(content: bytes, iinf: _Box) -> Iterator[tuple[int, int]]:
    """The id of each metadata item, and the offset of its type."""
    start = iinf.start + (6 if content[iinf.start] == 0 else 8)
    for entry in _boxes(content, start, iinf.end):
        has_long_id = content[entry.start] == 3
        (item_id,) = struct.unpack_from(">I" if has_long_id else ">H", content, entry.start + 4)
        type_offset = entry.start + (10 if has_long_id else 8)
        if content[type_offset : type_offset + 4] in _METADATA_ITEMS:
            yield item_id, type_offset


def _extents(content: bytes, iloc: _Box, idat_start: int) -> Iterator[tuple[int, Span]]:
    """The id of an item and one of its spans, for all spans of all items."""
    version, sizes = content[iloc.start], _read_field_sizes(content, iloc)
    reader = _Reader(content, iloc.start + 6)
    for _ in range(reader.integer(sizes.item_id)):
        item_id = reader.integer(sizes.item_id)
        is_in_idat = version and reader.integer(2) & 15 == 1
        reader.integer(2)  # data reference index
        base = reader.integer(sizes.base_offset) + (idat_start if is_in_idat else 0)
        for _ in range(reader.integer(2)):
            reader.integer(sizes.extent_index)
            start = base + reader.integer(sizes.offset)
            yield item_id, Span(start, start + reader.integer(sizes.length))


class _FieldSizes(NamedTuple):
    """Bytes of each field of variable size."""

    item_id: int  # also of the number of items
    extent_index: int
    base_offset: int
    offset: int
    length: int


def _read_field_sizes(content: bytes, iloc: _Box) -> _FieldSizes:
    version, sizes = content[iloc.start], struct.unpack_from(">H", content, iloc.start + 4)[0]
    offset, length, base_offset, index = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    # A small file can list billions of such extents.
    if not offset + length:
        raise ValueError("extents have neither an offset nor a length")
    return _FieldSizes(
        4 if version == 2 else 2, index if version else 0, base_offset, offset, length
    )


class _Reader:
    def __init__(self, content: bytes, offset: int) -> None:
        self._content = content
        self._offset = offset

    def integer(self, size: int) -> int:
        raw = self._content[self._offset : self._offset + size]
        self._offset += size
        return int.from_bytes(raw)
