"""JPEG: segments, each begun by a marker; the data of a scan follows its segment."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from darkroom.images.metadata.exif import PREFIX, orientation_alone
from darkroom.images.metadata.parts import counted

SOI, TEM, EOI, SOS, COM = 0xD8, 0x01, 0xD9, 0xDA, 0xFE
APP0, APP1, APP2, APP14, APP15 = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF
_BARE = {SOI, EOI, TEM}  # markers without a length

# What applications add and decoders read: JFIF, colour profiles, Adobe's colour transformation.
_NEEDED = {APP0: b"JFIF\0", APP2: b"ICC_PROFILE\0", APP14: b"Adobe"}

# Within a scan a zero follows what is no marker, and restart markers are part of the data.
_MARKER = re.compile(rb"\xff+([\x01-\xcf\xd8-\xfe])")


class Segment(NamedTuple):
    marker: int
    place: int  # in the file that it was read from
    whole: bytes

    @property
    def content(self) -> bytes:
        return self.whole[4:]


def strip(content: bytes) -> bytes:
    return joined(needed(content))


def joined(segments: list[Segment]) -> bytes:
    return b"".join(segment.whole for segment in segments)


def needed(content: bytes) -> list[Segment]:
    """What has to stay of the picture that the content begins with."""
    found = list(segments(content))
    exif = [segment.content for segment in found if _is_exif(segment)]
    kept = [segment for segment in found if _is_needed(segment)]
    if exif and (orientation := orientation_alone(exif[0])):
        kept.insert(after(kept, APP0), segment_of(APP1, PREFIX + orientation))
    return kept


@counted
def segments(content: bytes) -> Iterator[Segment]:
    """The segments up to the end of the picture, each scan's with its data."""
    end = 0
    while found := _MARKER.search(content, end):
        marker, begin = found[1][0], found.end() - 2
        end = found.end()
        if marker not in _BARE:
            end += int.from_bytes(content[end : end + 2])
        if marker == SOS:
            following = _MARKER.search(content, end)
            end = following.start() if following else len(content)
        yield Segment(marker, begin, content[begin:end])
        if marker == EOI:
            return


def segment_of(marker: int, content: bytes) -> Segment:
    return Segment(marker, 0, bytes([0xFF, marker]) + (len(content) + 2).to_bytes(2) + content)


def after(segments: list[Segment], marker: int) -> int:
    """The place behind the first segments, as far as their markers are not above this one."""
    others = (
        n for n, s in enumerate(segments) if s.marker != SOI and not APP0 <= s.marker <= marker
    )
    return next(others, len(segments))


def _is_exif(segment: Segment) -> bool:
    return segment.marker == APP1 and segment.content.startswith(PREFIX)


def _is_needed(segment: Segment) -> bool:
    if APP0 <= segment.marker <= APP15:
        name = _NEEDED.get(segment.marker)
        return name is not None and segment.content.startswith(name)
    return segment.marker != COM
