"""AVIF: nested boxes; a picture's metadata are items beside it. Nothing moves: what goes is
overwritten with zeroes and called free space."""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from darkroom.images.metadata.parts import Span, counted, without

_METADATA_ITEMS = {b"Exif", b"mime", b"uri "}
_METADATA_BOXES = {b"uuid", b"udta"}
_NESTED = {b"moov", b"trak"}


class _Box(NamedTuple):
    kind: bytes
    place: int
    begin: int  # of what is inside
    end: int


class _Parts:
    """Spans that are unwanted or needed, and the places of names that become `free`."""

    def __init__(self) -> None:
        self.unwanted: list[Span] = []
        self.needed: list[Span] = []
        self.freed: list[int] = []


def strip(content: bytes) -> bytes:
    parts = _Parts()
    _sort(content, 0, len(content), parts)
    data = without(content, parts.unwanted, parts.needed)
    for place in parts.freed:
        data[place : place + 4] = b"free"
    return bytes(data)


def _sort(content: bytes, begin: int, end: int, parts: _Parts) -> None:
    for box in _boxes(content, begin, end):
        if box.kind in _METADATA_BOXES:
            parts.unwanted.append(Span(box.begin, box.end))
            parts.freed.append(box.place + 4)
        elif box.kind in _NESTED:
            _sort(content, box.begin, box.end, parts)
        elif box.kind == b"meta":
            inner = {inner.kind: inner for inner in _boxes(content, box.begin + 4, box.end)}
            _sort_items(content, inner, parts)


@counted
def _boxes(content: bytes, place: int, end: int) -> Iterator[_Box]:
    while place + 8 <= end:
        size, kind = struct.unpack_from(">I4s", content, place)
        begin = place + 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", content, begin)
            begin += 8
        following = place + size if size else end
        if not begin <= following <= end:
            raise ValueError("a box is larger than what holds it")
        yield _Box(kind, place, begin, following)
        place = following


def _sort_items(content: bytes, boxes: dict[bytes, _Box], parts: _Parts) -> None:
    if b"iinf" not in boxes or b"iloc" not in boxes:
        return
    metadata = dict(_metadata_items(content, boxes[b"iinf"]))
    parts.freed += metadata.values()
    data = boxes.get(b"idat")
    for item, span in _extents(content, boxes[b"iloc"], data.begin if data else 0):
        (parts.unwanted if item in metadata else parts.needed).append(span)


def _metadata_items(content: bytes, box: _Box) -> Iterator[tuple[int, int]]:
    """The numbers of items that are metadata, and the places of their types."""
    begin = box.begin + (6 if content[box.begin] == 0 else 8)
    for entry in _boxes(content, begin, box.end):
        is_long = content[entry.begin] == 3
        (number,) = struct.unpack_from(">I" if is_long else ">H", content, entry.begin + 4)
        kind = entry.begin + (10 if is_long else 8)
        if content[kind : kind + 4] in _METADATA_ITEMS:
            yield number, kind


def _extents(content: bytes, box: _Box, item_data: int) -> Iterator[tuple[int, Span]]:
    """Where the parts of all items lie, each with its item's number."""
    version, sizes = content[box.begin], struct.unpack_from(">H", content, box.begin + 4)[0]
    offset, length, base, index = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    if not offset + length:
        raise ValueError("places without bytes, of which a small file can list billions")
    reader = _Reader(content, box.begin + 6)
    wide = 4 if version == 2 else 2
    for _ in range(reader.number(wide)):
        item = reader.number(wide)
        is_in_item_data = version and reader.number(2) & 15 == 1
        reader.number(2)
        start = reader.number(base) + (item_data if is_in_item_data else 0)
        for _ in range(reader.number(2)):
            reader.number(index if version else 0)
            begin = start + reader.number(offset)
            yield item, Span(begin, begin + reader.number(length))


class _Reader:
    def __init__(self, content: bytes, place: int) -> None:
        self._content = content
        self._place = place

    def number(self, size: int) -> int:
        found = self._content[self._place : self._place + size]
        self._place += size
        return int.from_bytes(found)
