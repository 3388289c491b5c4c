"""The segments of a JPEG: each has a marker, and the data of a scan follows its segment."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from darkroom.images.metadata.parts import (
    MAX_PARTS,
    TooManyPartsError,
    TruncatedError,
    limit_parts,
)

SOI, TEM, EOI, SOS, COM, DNL = 0xD8, 0x01, 0xD9, 0xDA, 0xFE, 0xDC
APP0, APP1, APP2, APP14, APP15 = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF
FRAMES = {0xC0, 0xC1, 0xC2, 0xC3, 0xC9, 0xCA, 0xCB}  # the start of a frame, by its coding
_RESTARTS = range(0xD0, 0xD8)
_STANDALONE = {SOI, EOI, TEM, *_RESTARTS}  # markers without a length
TABLES = {0xC4, 0xCC, 0xDB, 0xDD}  # Huffman, arithmetic coding, quantization, restart interval
DECODED = {SOI, SOS, EOI, *FRAMES, *TABLES}
IGNORED = {TEM, DNL, COM, *_RESTARTS, *range(APP0, APP15 + 1)}


_MARKER = re.compile(rb"\xff([\x01-\xfe])")
# In a scan, 0xFF and a number below 0xC0 are data: decoders continue at the next restart marker.
_END_OF_SCAN = re.compile(rb"\xff[\xc0-\xcf\xd8-\xfe]")
_INVALID_IN_SCAN = re.compile(rb"\xff[\x01-\xbf]")


class Segment(NamedTuple):
    marker: int
    offset: int  # in the file
    raw: bytes

    @property
    def payload(self) -> bytes:
        return self.raw[4:]

    @property
    def header_size(self) -> int:
        """The size without the data of a scan."""
        return 2 if self.marker in _STANDALONE else 2 + int.from_bytes(self.raw[2:4])


@limit_parts
def segments(content: bytes) -> Iterator[Segment]:
    """The segments up to the end of the first image. The segment of a scan includes its data."""
    if not content.startswith(bytes([0xFF, SOI])):
        raise ValueError("the image does not begin with a start marker")
    end = 0
    while match := _MARKER.search(content, end):
        marker, start = match[1][0], match.start()
        if marker not in DECODED | IGNORED or (marker == SOI and start):
            raise ValueError(f"the file has an unknown marker: {marker:#x}")
        end = _segment_end(content, marker, match.end())
        yield Segment(marker, start, content[start:end].rstrip(_fill(marker)))
        if marker == EOI:
            return


def _fill(marker: int) -> bytes:
    """The bytes between the data of a scan and the next marker that belong to neither."""
    return b"\xff" if marker == SOS else b""


def _segment_end(content: bytes, marker: int, offset: int) -> int:
    if marker in _STANDALONE:
        return offset
    length = int.from_bytes(content[offset : offset + 2])
    if length < 2:
        raise ValueError("a segment has no length")
    if offset + length > len(content):
        raise TruncatedError("the file ends within a segment")
    return _scan_end(content, offset + length) if marker == SOS else offset + length


def _scan_end(content: bytes, offset: int) -> int:
    match = _END_OF_SCAN.search(content, offset)
    end = match.start() if match else len(content)
    for count, _ in enumerate(_INVALID_IN_SCAN.finditer(content, offset, end)):
        if count == MAX_PARTS:
            raise TooManyPartsError(f"a scan has more than {MAX_PARTS} invalid markers")
    return end


def build_segment(marker: int, payload: bytes) -> Segment:
    return Segment(marker, 0, bytes([0xFF, marker]) + (len(payload) + 2).to_bytes(2) + payload)
