"""AVIF: nested boxes; a picture's metadata are items beside it. Nothing moves: what goes is
overwritten with zeroes and called free space."""

import struct
from collections.abc import Iterator
from typing import NamedTuple

_METADATA_ITEMS = {b"Exif", b"mime", b"uri "}
_METADATA_BOXES = {b"uuid", b"udta"}
_NESTED = {b"moov", b"trak"}


class _Box(NamedTuple):
    kind: bytes
    place: int
    begin: int  # of what is inside
    end: int


class _Extent(NamedTuple):
    item: int
    is_in_item_data: bool
    place: int
    size: int


def strip(content: bytes) -> bytes:
    data = bytearray(content)
    _clean(data, 0, len(data))
    return bytes(data)


def _clean(data: bytearray, begin: int, end: int) -> None:
    for box in list(_boxes(data, begin, end)):
        if box.kind in _METADATA_BOXES:
            _erase(data, box.begin, box.end)
            data[box.place + 4 : box.place + 8] = b"free"
        elif box.kind in _NESTED:
            _clean(data, box.begin, box.end)
        elif box.kind == b"meta":
            _clean_items(
                data, {inner.kind: inner for inner in _boxes(data, box.begin + 4, box.end)}
            )


def _boxes(data: bytearray, place: int, end: int) -> Iterator[_Box]:
    while place + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, place)
        begin = place + 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, begin)
            begin += 8
        following = place + size if size else end
        if not begin <= following <= end:
            raise ValueError("a box is larger than what holds it")
        yield _Box(bytes(kind), place, begin, following)
        place = following


def _clean_items(data: bytearray, boxes: dict[bytes, _Box]) -> None:
    if b"iinf" not in boxes or b"iloc" not in boxes:
        return
    items = set(_metadata_items(data, boxes[b"iinf"]))
    for extent in _extents(data, boxes[b"iloc"]):
        if extent.item in items:
            base = boxes[b"idat"].begin if extent.is_in_item_data else 0
            _erase(data, base + extent.place, base + extent.place + extent.size)


def _metadata_items(data: bytearray, box: _Box) -> Iterator[int]:
    """The numbers of items that are metadata; their types are made free."""
    begin = box.begin + (6 if data[box.begin] == 0 else 8)
    for entry in _boxes(data, begin, box.end):
        is_long = data[entry.begin] == 3
        (number,) = struct.unpack_from(">I" if is_long else ">H", data, entry.begin + 4)
        kind = entry.begin + (10 if is_long else 8)
        if bytes(data[kind : kind + 4]) in _METADATA_ITEMS:
            data[kind : kind + 4] = b"free"
            yield number


def _extents(data: bytearray, box: _Box) -> Iterator[_Extent]:
    """Where the parts of all items lie."""
    version, sizes = data[box.begin], struct.unpack_from(">H", data, box.begin + 4)[0]
    offset, length, base, index = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    reader = _Reader(data, box.begin + 6)
    wide = 4 if version == 2 else 2
    for _ in range(reader.number(wide)):
        item = reader.number(wide)
        method = reader.number(2) & 15 if version else 0
        reader.number(2)
        start = reader.number(base)
        for _ in range(reader.number(2)):
            reader.number(index if version else 0)
            yield _Extent(item, method == 1, start + reader.number(offset), reader.number(length))


class _Reader:
    def __init__(self, data: bytearray, place: int) -> None:
        self._data = data
        self._place = place

    def number(self, size: int) -> int:
        found = self._data[self._place : self._place + size]
        self._place += size
        return int.from_bytes(found)


def _erase(data: bytearray, begin: int, end: int) -> None:
    if end > len(data):
        raise ValueError("a part is larger than the file")
    data[begin:end] = bytes(end - begin)
