"""JPEG: segments, each with a marker; the entropy-coded data of a scan follows its segment."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from darkroom.images.metadata import jpeg_tables
from darkroom.images.metadata.exif import PREFIX, orientation_only_exif
from darkroom.images.metadata.icc import trim_profile
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
_TABLES = {0xC4, 0xCC, 0xDB, 0xDD}  # Huffman, arithmetic coding, quantization, restart interval
_DECODED = {SOI, SOS, EOI, *FRAMES, *_TABLES}
_IGNORED = {TEM, DNL, COM, *_RESTARTS, *range(APP0, APP15 + 1)}

# The longest script of scans that `cjpeg` accepts (MAX_SCANS in libjpeg's rdswitch.c). Encoders
# write 18 scans or fewer by themselves (jpeg_simple_progression).
MAX_SCANS = 100
# Of all scans together: 20 scans of the largest image. A decoder visits every pixel in every scan.
MAX_SCANNED_PIXELS = 1_000_000_000

_JFIF, _ADOBE, _ICC = b"JFIF\0", b"Adobe", b"ICC_PROFILE\0"
_JFIF_SIZE, _ADOBE_SIZE = 14, 12  # without the thumbnail of JFIF
_ADOBE_HEAD = b"Adobe\0\x64\0\0\0\0"  # version 100 without flags; the colour transform follows
_ICC_HEAD_SIZE = len(_ICC) + 2  # the number of this chunk, and the number of all
_ICC_CHUNK_SIZE = 65_533 - _ICC_HEAD_SIZE

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


def strip(content: bytes) -> bytes:
    return join(kept_segments(list(segments(content))))


def join(segments: list[Segment]) -> bytes:
    return b"".join(segment.raw for segment in segments)


def kept_segments(source: list[Segment]) -> list[Segment]:
    """The segments to keep of an image. Raises `TruncatedError` if it has no scan."""
    if all(segment.marker != SOS for segment in source):
        raise TruncatedError("the file ends before its picture")
    kept = decoded_segments(source)
    exif = [segment.payload for segment in source if _is_exif(segment)]
    if exif and (orientation := orientation_only_exif(exif[0])):
        kept.insert(index_after(kept, APP0), build_segment(APP1, PREFIX + orientation))
    return kept


def decoded_segments(source: list[Segment]) -> list[Segment]:
    """The segments that decoders use, without the parts that they ignore."""
    check_scans(source)
    applications = _applications(_before_first_scan(source))
    kept = [
        applications.get(segment.offset, segment)
        for segment in source
        if segment.marker in _DECODED or segment.offset in applications
    ]
    return jpeg_tables.remove_unused(kept)


def check_scans(source: list[Segment]) -> None:
    """Raise `TooManyPartsError` for more scans than any encoder writes."""
    scan_count = sum(segment.marker == SOS for segment in source)
    if scan_count > MAX_SCANS:
        raise TooManyPartsError(f"the file has more than {MAX_SCANS} scans")
    if scan_count * max(map(_pixel_count, source), default=0) > MAX_SCANNED_PIXELS:
        raise TooManyPartsError("the file has too many scans for its size")


def _pixel_count(segment: Segment) -> int:
    if segment.marker not in FRAMES:
        return 0
    return int.from_bytes(segment.payload[1:3]) * int.from_bytes(segment.payload[3:5])


@limit_parts
def segments(content: bytes) -> Iterator[Segment]:
    """The segments up to the end of the first image. The segment of a scan includes its data."""
    if not content.startswith(bytes([0xFF, SOI])):
        raise ValueError("the image does not begin with a start marker")
    end = 0
    while match := _MARKER.search(content, end):
        marker, start = match[1][0], match.start()
        if marker not in _DECODED | _IGNORED or (marker == SOI and start):
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


def index_after(segments: list[Segment], last_marker: int) -> int:
    """The index after the leading SOI and application segments up to the given marker."""
    others = (
        index
        for index, segment in enumerate(segments)
        if segment.marker != SOI and not APP0 <= segment.marker <= last_marker
    )
    return next(others, len(segments))


def _is_exif(segment: Segment) -> bool:
    return segment.marker == APP1 and segment.payload.startswith(PREFIX)


def _before_first_scan(source: list[Segment]) -> list[Segment]:
    scans = (index for index, segment in enumerate(source) if segment.marker == SOS)
    return source[: next(scans, len(source))]


def _applications(header: list[Segment]) -> dict[int, Segment]:
    """The application segments that decoders read, reduced to their fields, by offset: JFIF, the
    colour profile, and Adobe's colour transform. Of several, the last one is used."""
    kept = {}
    for segment in header:
        if _is_application(segment, APP0, _JFIF, _JFIF_SIZE):
            kept[APP0] = segment, segment.payload[: _JFIF_SIZE - 2] + b"\0\0"
        elif _is_application(segment, APP14, _ADOBE, _ADOBE_SIZE):
            kept[APP14] = segment, _ADOBE_HEAD + segment.payload[_ADOBE_SIZE - 1 : _ADOBE_SIZE]
    reduced = {
        segment.offset: build_segment(marker, payload)._replace(offset=segment.offset)
        for marker, (segment, payload) in kept.items()
    }
    return reduced | _profile(header)


def _is_application(segment: Segment, marker: int, prefix: bytes, size: int) -> bool:
    payload = segment.payload
    return segment.marker == marker and payload.startswith(prefix) and len(payload) >= size


def _profile(header: list[Segment]) -> dict[int, Segment]:
    """The colour profile, all its segments joined, by the offset of the first one."""
    chunks = [s for s in header if _is_application(s, APP2, _ICC, _ICC_HEAD_SIZE)]
    chunks.sort(key=lambda chunk: chunk.payload)
    heads = [tuple(chunk.payload[len(_ICC) : _ICC_HEAD_SIZE]) for chunk in chunks]
    if heads != [(number, len(chunks)) for number in range(1, len(chunks) + 1)]:
        return {}  # decoders ignore a profile with missing chunks
    profile = trim_profile(b"".join(chunk.payload[_ICC_HEAD_SIZE:] for chunk in chunks))
    raw = b"".join(segment.raw for segment in _profile_segments(profile))
    return {min(chunk.offset for chunk in chunks): Segment(APP2, 0, raw)} if raw else {}


def _profile_segments(profile: bytes) -> list[Segment]:
    starts = range(0, len(profile), _ICC_CHUNK_SIZE)
    return [
        build_segment(
            APP2, _ICC + bytes([number, len(starts)]) + profile[start : start + _ICC_CHUNK_SIZE]
        )
        for number, start in enumerate(starts, 1)
    ]
