"""PNG: chunks of length, type, data and checksum."""

import struct
import zlib
from collections.abc import Iterable, Iterator
from itertools import count, groupby
from typing import NamedTuple

from darkroom.errors import TooManyPixelsError
from darkroom.images.metadata.exif import orientation_only_exif
from darkroom.images.metadata.icc import trim_profile
from darkroom.images.metadata.parts import TruncatedError, limit_parts
from darkroom.images.metadata.png_header import HEADER_SIZE, PALETTE, Header, parse_header
from darkroom.images.metadata.zlib_stream import cut_stream

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CRITICAL_CHUNKS = {b"IHDR", b"PLTE", b"IDAT", b"IEND"}
_ANIMATION_CHUNKS = {b"acTL", b"fcTL", b"fdAT"}
# Sizes of chunks for colours and the size of pixels.
_SIZES = {b"cHRM": 32, b"cICP": 4, b"cLLI": 8, b"gAMA": 4, b"mDCV": 24, b"pHYs": 9, b"sRGB": 1}
# The same for chunks whose size depends on the colour type. A palette's `tRNS` has any size.
_SIZES_BY_COLOUR_TYPE = {
    b"bKGD": {0: 2, 2: 6, 3: 1, 4: 2, 6: 6},
    b"sBIT": {0: 1, 2: 3, 3: 3, 4: 2, 6: 4},
    b"tRNS": {0: 2, 2: 6},
}
_PROFILE_NAME = b"ICC Profile\0\0"  # with its end and the compression method
MAX_PROFILE_BYTES = 8_000_000  # libpng's limit
# Of all frames. One pixel has up to 9 bytes, so this is more than 50 megapixels.
MAX_INFLATED_BYTES = 500_000_000
_BLOCK = 1 << 18


class _Chunk(NamedTuple):
    type: bytes
    data: bytes
    is_complete: bool
    is_sound: bool  # has the right checksum

    def check(self, size: int | None = None) -> None:
        """Raise `ValueError` for a damaged chunk, or one that has not the given size."""
        if not self.is_complete:
            raise TruncatedError("the file ends within a chunk")
        if not self.is_sound or size not in (None, len(self.data)):
            raise ValueError("a required chunk is damaged")


def strip(content: bytes) -> bytes:
    chunks = _chunks(content)
    header = _read_header(next(chunks, None))
    needed = _animation(list(_needed_chunks(chunks, header)))
    rebuilt = _rebuild(needed, header)
    return _SIGNATURE + b"".join(_build_chunk(chunk_type, data) for chunk_type, data in rebuilt)


@limit_parts
def _chunks(content: bytes) -> Iterator[_Chunk]:
    """The chunks up to the end of the image. The last one can be incomplete."""
    if not content.startswith(_SIGNATURE):
        raise ValueError("the signature is missing")
    offset, chunk_type = len(_SIGNATURE), b""
    while offset + 8 <= len(content) and chunk_type != b"IEND":
        length, chunk_type = struct.unpack_from(">I4s", content, offset)
        if not chunk_type.isalpha():
            return  # data after an image without an end
        end = offset + 8 + length
        data, checksum = content[offset + 8 : end], content[end : end + 4]
        is_sound = checksum == _checksum(chunk_type, data)
        yield _Chunk(chunk_type, data, end + 4 <= len(content), is_sound)
        offset = end + 4


def _read_header(chunk: _Chunk | None) -> Header:
    if not chunk:
        raise TruncatedError("the file ends within its header")
    if chunk.type != b"IHDR":
        raise ValueError("the header is missing")
    chunk.check(HEADER_SIZE)
    return parse_header(chunk.data)


def _needed_chunks(chunks: Iterable[_Chunk], header: Header) -> Iterator[_Chunk]:
    """The chunks without metadata. Of the optional ones, those that the standard permits there."""
    seen: set[bytes] = set()
    palette_size = 0
    for chunk in chunks:
        if chunk.type in _ANIMATION_CHUNKS or chunk.type in (b"IDAT", b"IEND"):
            yield chunk
        elif chunk.type[:1].isupper():
            _check_critical(chunk, seen)
            if chunk.type == b"PLTE" and header.colour_type == PALETTE:
                palette_size = min(len(chunk.data) // 3, 1 << header.depth)
                yield chunk._replace(data=chunk.data[: 3 * palette_size])
        elif chunk.is_sound and chunk.type not in seen:
            data = _strip_optional(chunk, header, palette_size)
            if data and (chunk.type == b"eXIf" or b"IDAT" not in seen):
                yield chunk._replace(data=data)
        seen.add(chunk.type)


def _check_critical(chunk: _Chunk, seen: set[bytes]) -> None:
    if chunk.type not in _CRITICAL_CHUNKS or chunk.type == b"IHDR":
        raise ValueError("a critical chunk is unknown")
    if chunk.type == b"PLTE":
        chunk.check()
    if chunk.type == b"PLTE" and seen & {b"PLTE", b"IDAT"}:
        raise ValueError("the palette has the wrong order")


def _strip_optional(chunk: _Chunk, header: Header, palette_size: int) -> bytes:
    """The data of an optional chunk, or nothing if it is removed."""
    colour_type = header.colour_type
    if chunk.type == b"eXIf":
        return orientation_only_exif(chunk.data)
    if chunk.type == b"iCCP":
        return _strip_profile(chunk.data)
    if chunk.type == b"tRNS" and colour_type == PALETTE:
        return chunk.data[:palette_size]
    size = _SIZES.get(chunk.type) or _SIZES_BY_COLOUR_TYPE.get(chunk.type, {}).get(colour_type)
    return chunk.data if len(chunk.data) == size else b""


def _strip_profile(data: bytes) -> bytes:
    """The colour profile with a neutral name, or nothing if it is damaged."""
    compressed = data.partition(b"\0")[2][1:]
    inflater = zlib.decompressobj()
    try:
        profile = inflater.decompress(compressed, MAX_PROFILE_BYTES)
    except zlib.error:
        return b""
    trimmed = trim_profile(profile) if inflater.eof else b""
    if not trimmed:
        return b""
    if trimmed != profile:
        return _PROFILE_NAME + zlib.compress(trimmed)
    return _PROFILE_NAME + compressed[: len(compressed) - len(inflater.unused_data)]


def _animation(chunks: list[_Chunk]) -> list[_Chunk]:
    """The chunks with as many frames as `acTL` states, or without an animation.

    `acTL` gets the number of frames that the file has.
    """
    types = [chunk.type for chunk in chunks]
    image = types.index(b"IDAT") if b"IDAT" in types else 0
    if types.count(b"acTL") != 1 or b"acTL" not in types[:image]:
        return [chunk for chunk in chunks if chunk.type not in _ANIMATION_CHUNKS]
    control = chunks[types.index(b"acTL")]
    control.check(8)
    stated, frames = int.from_bytes(control.data[:4]), types.count(b"fcTL")
    if stated > frames and b"IEND" not in types:
        raise TruncatedError("the file ends before its last frame")
    frames = min(stated, frames)
    counted = control._replace(data=struct.pack(">I", frames) + control.data[4:])
    return [*([counted] if frames else []), *_first_frames(chunks, frames)]


def _first_frames(chunks: list[_Chunk], frames: int) -> Iterator[_Chunk]:
    for chunk in chunks:
        frames -= chunk.type == b"fcTL"
        if chunk.type not in _ANIMATION_CHUNKS or (frames >= 0 and chunk.type != b"acTL"):
            yield chunk


def _rebuild(chunks: Iterable[_Chunk], header: Header) -> Iterator[tuple[bytes, bytes]]:
    """Types and data of the chunks, with the data of each frame cut at its end."""
    canvas_size = size = header.inflated_size(header.width, header.height)
    budget, sequence, has_image = MAX_INFLATED_BYTES, count(), False
    yield b"IHDR", struct.pack(">IIBBBBB", *header[:4], 0, 0, header.is_interlaced)
    for chunk_type, group in groupby(chunks, lambda chunk: chunk.type):
        if chunk_type == b"fcTL":
            control = _frame_control(list(group))
            size = _frame_size(control, header)
            yield chunk_type, struct.pack(">I", next(sequence)) + control[4:]
        elif chunk_type in (b"IDAT", b"fdAT"):
            is_image = chunk_type == b"IDAT"
            if not size or is_image == has_image or (is_image and size != canvas_size):
                raise ValueError("the frames have the wrong order or size")
            if (budget := budget - size) < 0:
                raise TooManyPixelsError("Image has more than 50000000 pixels")
            for piece in _cut([chunk.data[0 if is_image else 4 :] for chunk in group], size):
                yield chunk_type, piece if is_image else struct.pack(">I", next(sequence)) + piece
            size, has_image = 0, True
        elif chunk_type != b"IEND":
            yield from ((chunk.type, chunk.data) for chunk in group)
    if size or not has_image:
        raise TruncatedError("the file ends before its image data")
    yield b"IEND", b""


def _frame_control(chunks: list[_Chunk]) -> bytes:
    if len(chunks) > 1:
        raise ValueError("a frame has no data")
    chunks[0].check(26)
    return chunks[0].data


def _frame_size(control: bytes, header: Header) -> int:
    """Inflated bytes of a frame."""
    width, height, x, y = struct.unpack_from(">4I", control, 4)
    if not width * height or x + width > header.width or y + height > header.height:
        raise ValueError("a frame exceeds the image")
    return header.inflated_size(width, height)


def _cut(pieces: list[bytes], size: int) -> Iterator[bytes]:
    """The pieces of a zlib stream, without data after its end."""
    stream = cut_stream(b"".join(pieces), size)
    offset = 0
    for length in (*map(len, pieces), len(stream)):
        if piece := stream[offset : offset + length]:
            yield piece
        offset += length


def _build_chunk(chunk_type: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + chunk_type + data + _checksum(chunk_type, data)


def _checksum(chunk_type: bytes, data: bytes) -> bytes:
    return zlib.crc32(data, zlib.crc32(chunk_type)).to_bytes(4)
