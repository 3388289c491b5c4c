"""Boxes of ISO media files such as AVIF: a size, a type and a payload, which can contain boxes."""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from darkroom.images.metadata.parts import (
    MAX_PARTS,
    Span,
    TooManyPartsError,
    TruncatedError,
    zero_out,
)

_UNUSED = b"free"


class Box(NamedTuple):
    type: bytes
    offset: int
    start: int  # of the payload
    end: int


class Reader:
    """Reads numbers up to the end of a box. Raises `ValueError` beyond it."""

    def __init__(self, content: bytes, offset: int, end: int) -> None:
        self.offset = offset
        self._content = content
        self._end = end

    def integer(self, size: int) -> int:
        start, self.offset = self.offset, self.offset + size
        if self.offset > self._end:
            raise ValueError("a number exceeds its box")
        return int.from_bytes(self._content[start : self.offset])

    def count(self, size: int, limit: int = MAX_PARTS) -> int:
        """A number of entries. Raises `TooManyPartsError` for more than any image has."""
        if (number := self.integer(size)) > limit:
            raise TooManyPartsError(f"a box has more than {limit} entries")
        return number


def read_boxes(content: bytes, offset: int, end: int) -> Iterator[Box]:
    while offset + 8 <= end:
        size, box_type = struct.unpack_from(">I4s", content, offset)
        start = offset + 8
        if size == 1:
            size = int.from_bytes(content[start : start + 8])
            start += 8
        box_end = offset + size if size else end
        if box_end > end == len(content):
            raise TruncatedError("the file ends within a box")
        if not start <= box_end <= end:
            raise ValueError("a box exceeds its container")
        yield Box(box_type, offset, start, box_end)
        offset = box_end


class Copy:
    """A copy of a file in which only kept bytes are not zero. Nothing moves, so offsets hold."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self._headers: list[Span] = []
        self._kept: list[Span] = []
        self._removed_types: list[int] = []
        self._parts = 0

    def boxes(self, start: int, end: int) -> Iterator[Box]:
        """The boxes, whose headers are kept."""
        for box in read_boxes(self.content, start, end):
            self.count_parts()
            self._headers.append(Span(box.offset, box.start))
            yield box

    def count_parts(self, number: int = 1) -> None:
        """Count parts of all kinds. Raises `TooManyPartsError` for more than any image has."""
        self._parts += number
        if self._parts > MAX_PARTS:
            raise TooManyPartsError(f"the file has more than {MAX_PARTS} parts")

    def reader(self, box: Box, offset: int = 0) -> Reader:
        return Reader(self.content, box.start + offset, box.end)

    def keep(self, start: int, end: int) -> None:
        if end > len(self.content):
            raise TruncatedError("the file ends within its image")
        self._kept.append(Span(start, end))

    def keep_payload(self, box: Box, start: int, end: int) -> None:
        """Keep a part of the payload, by offsets within it."""
        self.keep(box.start + start, min(box.end, box.start + end))

    def remove(self, box: Box) -> None:
        """Give a box the type of unused space. Its payload is zero except for kept bytes."""
        self.remove_type(box.offset + 4)

    def remove_type(self, offset: int) -> None:
        self._removed_types.append(offset)

    def build(self, end: int) -> bytes:
        """The copy up to the given end of a box, or all of it if more bytes are kept."""
        size = len(self.content)
        data = zero_out(self.content, [Span(0, size)], self._headers + self._kept)
        for offset in self._removed_types:
            data[offset : offset + 4] = _UNUSED
        return bytes(data[: size if any(span.end > end for span in self._kept) else end])
