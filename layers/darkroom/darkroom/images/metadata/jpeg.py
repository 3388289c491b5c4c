"""JPEG: segments, each with a marker; the entropy-coded data of a scan follows its segment."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from darkroom.images.metadata.exif import PREFIX, orientation_only_exif
from darkroom.images.metadata.parts import limit_parts

SOI, TEM, EOI, SOS, COM = 0xD8, 0x01, 0xD9, 0xDA, 0xFE
APP0, APP1, APP2, APP14, APP15 = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF
_STANDALONE = {SOI, EOI, TEM}  # markers without a length

# Application segments that decoders read: JFIF, colour profiles, Adobe's colour transform.
_KEPT_APPLICATIONS = {APP0: b"JFIF\0", APP2: b"ICC_PROFILE\0", APP14: b"Adobe"}

# A zero after 0xFF escapes it within a scan, and restart markers belong to the scan's data.
_MARKER = re.compile(rb"\xff+([\x01-\xcf\xd8-\xfe])")


class Segment(NamedTuple):
    marker: int
    offset: int  # in the file
    raw: bytes

    @property
    def payload(self) -> bytes:
        return self.raw[4:]


def strip(content: bytes) -> bytes:
    return join(kept_segments(content))


def join(segments: list[Segment]) -> bytes:
    return b"".join(segment.raw for segment in segments)


def kept_segments(content: bytes) -> list[Segment]:
    """The segments to keep of the first image in the content."""
    source = list(segments(content))
    kept = [segment for segment in source if _is_kept(segment)]
    exif = [segment.payload for segment in source if _is_exif(segment)]
    if exif and (orientation := orientation_only_exif(exif[0])):
        kept.insert(index_after(kept, APP0), build_segment(APP1, PREFIX + orientation))
    return kept


@limit_parts
def segments(content: bytes) -> Iterator[Segment]:
    """The segments up to the end of the first image. The segment of a scan includes its data."""
    end = 0
    while match := _MARKER.search(content, end):
        marker, start = match[1][0], match.end() - 2
        end = match.end()
        if marker not in _STANDALONE:
            end += int.from_bytes(content[end : end + 2])
        if marker == SOS:
            end = _scan_end(content, end)
        yield Segment(marker, start, content[start:end])
        if marker == EOI:
            return


def _scan_end(content: bytes, offset: int) -> int:
    match = _MARKER.search(content, offset)
    return match.start() if match else len(content)


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


def _is_kept(segment: Segment) -> bool:
    if APP0 <= segment.marker <= APP15:
        identifier = _KEPT_APPLICATIONS.get(segment.marker)
        return identifier is not None and segment.payload.startswith(identifier)
    return segment.marker != COM
