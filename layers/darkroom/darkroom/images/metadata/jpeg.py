"""JPEG: the segments that decoders use."""

from darkroom.images.metadata import jpeg_tables
from darkroom.images.metadata.exif import PREFIX, orientation_only_exif
from darkroom.images.metadata.icc import trim_profile
from darkroom.images.metadata.jpeg_segments import (
    APP0,
    APP1,
    APP2,
    APP14,
    DECODED,
    FRAMES,
    SOI,
    SOS,
    Segment,
    build_segment,
    segments,
)
from darkroom.images.metadata.parts import TooManyPartsError, TruncatedError

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
        if segment.marker in DECODED or segment.offset in applications
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
