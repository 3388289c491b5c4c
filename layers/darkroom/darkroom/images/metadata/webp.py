"""WebP: RIFF chunks, padded to an even size. `VP8X` has flags for the other chunks."""

import struct
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from darkroom.images.metadata.exif import orientation_only_exif
from darkroom.images.metadata.icc import trim_profile
from darkroom.images.metadata.parts import TruncatedError, limit_parts

_START = 12  # of the first chunk
_LOSSY, _LOSSLESS, _FRAME = b"VP8 ", b"VP8L", b"ANMF"
_PICTURES = {_LOSSY, _LOSSLESS, _FRAME}
_CANVAS_SIZE, _LOOP_SIZE, _FRAME_HEADER_SIZE = 10, 6, 16
_PROFILE_FLAG, _ALPHA_FLAG, _EXIF_FLAG, _ANIMATION_FLAG = 0x20, 0x10, 0x08, 0x02
_FRAME_FLAGS = 0x03  # blending and disposal
_ALPHA_BITS = 0x3F  # of the header of `ALPH`; the others are reserved


class _Part(NamedTuple):
    type: bytes
    data: bytes
    missing: int  # bytes beyond the end of the file


def strip(content: bytes) -> bytes:
    parts = _first_parts(_parts(content))
    if b"VP8X" in parts:
        body = _build_extended(content, parts)
    else:
        parts.pop(b"ALPH", None)
        body = _build_picture(parts)
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


@limit_parts
def _parts(content: bytes) -> Iterator[_Part]:
    """The chunks up to the end that the file's header states.

    The header is ignored if its end is not the end of a chunk: encoders write wrong sizes.
    """
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        raise ValueError("the signature is missing")
    stated_end = 8 + int.from_bytes(content[4:8], "little")
    has_picture = False
    for part, end in _read_parts(content, _START):
        yield part
        has_picture = has_picture or part.type in _PICTURES
        if has_picture and end in (stated_end, stated_end + 1):
            return


@limit_parts
def _frame_parts(data: bytes) -> Iterator[_Part]:
    return (part for part, _ in _read_parts(data, _FRAME_HEADER_SIZE))


def _read_parts(content: bytes, offset: int) -> Iterator[tuple[_Part, int]]:
    """Each chunk and its end, with padding."""
    while offset + 8 <= len(content):
        part_type, size = struct.unpack_from("<4sI", content, offset)
        end = offset + 8 + size
        padded_end = end + size % 2
        # Decoders read the padding of a picture. In a damaged file, its data can end there.
        if part_type in (_LOSSY, _LOSSLESS) and any(content[end:padded_end]):
            end = padded_end
        part = _Part(part_type, content[offset + 8 : end], max(0, end - len(content)))
        offset = padded_end
        yield part, offset
    incomplete = content[offset : offset + 4]
    if incomplete and _FRAME.startswith(incomplete):
        yield _Part(_FRAME, b"", 8), len(content)


def _first_parts(parts: Iterable[_Part]) -> dict[bytes, bytes]:
    """The data of the first chunk of each type. Raises `TruncatedError` without a picture.

    Many files lack their last byte, which is padding or has no effect.
    """
    first: dict[bytes, bytes] = {}
    for part in parts:
        is_needed = part.type == _FRAME or (part.type in _PICTURES and part.type not in first)
        if part.missing > 1 and is_needed:
            raise TruncatedError("the file ends within its picture")
        if part.missing <= 1:
            first.setdefault(part.type, part.data)
    if not _PICTURES & first.keys():
        raise TruncatedError("the file ends before its picture")
    if next(iter(first)) != b"VP8X" and b"VP8X" in first:
        raise ValueError("the chunks have the wrong order")
    return first


def _build_extended(content: bytes, parts: dict[bytes, bytes]) -> bytes:
    canvas = parts[b"VP8X"]
    if len(canvas) < _CANVAS_SIZE:
        raise ValueError("the canvas is damaged")
    flags = canvas[0] & (_ALPHA_FLAG | _ANIMATION_FLAG)
    profile = trim_profile(parts.get(b"ICCP", b"")) if canvas[0] & _PROFILE_FLAG else b""
    exif = orientation_only_exif(parts.get(b"EXIF", b""))
    flags |= (_PROFILE_FLAG if profile else 0) | (_EXIF_FLAG if exif else 0)
    is_animation = flags & _ANIMATION_FLAG
    return (
        _build_chunk(b"VP8X", bytes([flags, 0, 0, 0]) + canvas[4:_CANVAS_SIZE])
        + (_build_chunk(b"ICCP", profile) if profile else b"")
        + (_build_animation(content, parts) if is_animation else _build_picture(parts))
        + (_build_chunk(b"EXIF", exif) if exif else b"")
    )


def _build_animation(content: bytes, parts: dict[bytes, bytes]) -> bytes:
    loop = parts.get(b"ANIM", b"")[:_LOOP_SIZE]
    frames = [_build_frame(part.data) for part in _parts(content) if part.type == _FRAME]
    if len(loop) < _LOOP_SIZE or not frames:
        raise ValueError("the animation is damaged")
    return _build_chunk(b"ANIM", loop) + b"".join(frames)


def _build_frame(data: bytes) -> bytes:
    header = data[: _FRAME_HEADER_SIZE - 1]
    flags = data[_FRAME_HEADER_SIZE - 1 : _FRAME_HEADER_SIZE]
    parts = _first_parts(_frame_parts(data))
    return _build_chunk(_FRAME, header + bytes([flags[0] & _FRAME_FLAGS]) + _build_picture(parts))


def _build_picture(parts: dict[bytes, bytes]) -> bytes:
    """One picture. A lossy one can have its alpha channel in another chunk before it."""
    picture_type = next((part_type for part_type in parts if part_type in (_LOSSY, _LOSSLESS)), b"")
    if not picture_type:
        raise ValueError("a frame has no picture")
    picture = _build_chunk(picture_type, parts[picture_type])
    alpha = parts.get(b"ALPH")
    if picture_type == _LOSSLESS or not alpha:
        return picture
    return _build_chunk(b"ALPH", bytes([alpha[0] & _ALPHA_BITS]) + alpha[1:]) + picture


def _build_chunk(fourcc: bytes, payload: bytes) -> bytes:
    return fourcc + struct.pack("<I", len(payload)) + payload + bytes(len(payload) % 2)
