"""BMP: a file header, an information header of one of several sizes, a palette, and the pixels."""

import struct
from typing import NamedTuple

from darkroom.images.metadata.icc import trim_profile
from darkroom.images.metadata.parts import TooManyPartsError, TruncatedError

_FILE_HEADER_SIZE = 14
_CORE_SIZE, _INFO_SIZE, _OS2_SIZE, _V4_SIZE, _V5_SIZE = 12, 40, 64, 108, 124
_HEADER_SIZES = {_CORE_SIZE, _INFO_SIZE, 52, 56, _OS2_SIZE, _V4_SIZE, _V5_SIZE}
_UNCOMPRESSED, _RLE8, _RLE4, _BIT_FIELDS = range(4)
_MASKS_SIZE = 12
_MAX_BITS_WITH_PALETTE = 8
_MAX_RUNS = 2_000_000
# Offsets in the information header.
_DATA_SIZE, _COLOURS, _IMPORTANT_COLOURS = 20, 32, 36
_COLOUR_SPACE, _PROFILE, _RESERVED = 56, 112, 120
_COLOUR_SPACE_END = 108  # with the primaries and gammas, which only a calibrated space uses
_CALIBRATED, _SRGB, _EMBEDDED = 0, b"BGRs", b"DEBM"


class _Header(NamedTuple):
    size: int
    width: int
    height: int
    bits: int
    compression: int
    colours: int  # in the palette

    @property
    def row_size(self) -> int:
        return (self.width * self.bits + 31) // 32 * 4

    @property
    def colour_size(self) -> int:
        return 3 if self.size == _CORE_SIZE else 4


def strip(content: bytes) -> bytes:
    header = _read_header(content)
    start = _FILE_HEADER_SIZE + header.size
    masks = content[start : start + _masks_size(header)]
    palette, pixels_offset = _read_palette(content, header, start + len(masks))
    pixels = _read_pixels(content, header, pixels_offset)
    info = bytearray(content[_FILE_HEADER_SIZE:start])
    profile = _reduce_header(info, header, palette, pixels, content)
    offset = start + len(masks) + len(palette)
    if header.compression in (_RLE8, _RLE4) and (offset - pixels_offset) % 2:
        raise ValueError("run-length encoded pixels are not aligned")
    size = offset + len(pixels) + len(profile)
    if profile:
        profile_offset = offset + len(pixels) - _FILE_HEADER_SIZE
        struct.pack_into("<II", info, _PROFILE, profile_offset, len(profile))
    file_header = struct.pack("<2sIII", b"BM", size, 0, offset)
    return b"".join([file_header, info, masks, palette, pixels, profile])


def _read_header(content: bytes) -> _Header:
    (size,) = struct.unpack_from("<I", content, _FILE_HEADER_SIZE)
    if size not in _HEADER_SIZES:
        raise ValueError(f"the header has an unknown size: {size}")
    if _FILE_HEADER_SIZE + size > len(content):
        raise TruncatedError("the file ends within its header")
    if size == _CORE_SIZE:
        width, height, _, bits = struct.unpack_from("<HHHH", content, _FILE_HEADER_SIZE + 4)
        return _Header(size, width, height, bits, _UNCOMPRESSED, 0)
    width, height, _, bits, compression, _, _, _, colours = struct.unpack_from(
        "<iiHHIIIII", content, _FILE_HEADER_SIZE + 4
    )
    if width < 0 or compression > _BIT_FIELDS:
        raise ValueError("the header has an unsupported width or compression")
    return _Header(size, width, abs(height), bits, compression, colours)


def _masks_size(header: _Header) -> int:
    """Longer headers contain the masks."""
    has_masks = header.compression == _BIT_FIELDS and header.size == _INFO_SIZE
    return _MASKS_SIZE if has_masks else 0


def _read_palette(content: bytes, header: _Header, start: int) -> tuple[bytes, int]:
    """The palette, and the offset of the pixels."""
    (offset,) = struct.unpack_from("<I", content, 10)
    if header.bits > _MAX_BITS_WITH_PALETTE:
        return b"", offset if offset > _FILE_HEADER_SIZE + header.size else start
    stored_size = (header.colours or 1 << header.bits) * header.colour_size
    # Some writers give the end of the header as the offset of the pixels.
    offset = offset if offset > _FILE_HEADER_SIZE + header.size else start + stored_size
    size = min(stored_size, header.colour_size << header.bits, offset - start)
    palette = bytearray(content[start : start + size - size % header.colour_size])
    palette[3::4] = bytes(len(palette[3::4])) if header.colour_size == 4 else palette[3::4]
    return bytes(palette), offset


def _read_pixels(content: bytes, header: _Header, offset: int) -> bytes:
    if header.compression in (_RLE8, _RLE4):
        return content[offset : _end_of_runs(content, offset, header.compression)]
    size = header.row_size * header.height
    row_bits = header.width * header.bits
    used = -(-row_bits // 8)
    padding = header.row_size - used
    if not size or len(content) < offset + size - padding:
        raise TruncatedError("the file ends within its pixels")
    pixels = bytearray(content[offset : offset + size].ljust(size, b"\0"))
    for column in range(used, header.row_size):
        pixels[column :: header.row_size] = bytes(header.height)
    if row_bits % 8:
        mask = 0xFF00 >> row_bits % 8 & 0xFF
        last = pixels[used - 1 :: header.row_size]
        pixels[used - 1 :: header.row_size] = last.translate(bytes(n & mask for n in range(256)))
    return bytes(pixels)


def _end_of_runs(content: bytes, offset: int, compression: int) -> int:
    """The end of run-length encoded pixels: pairs of a count and a value. After a count of zero,
    the value 0 ends a row, 1 ends the picture, 2 skips pixels, and others count literal pixels."""
    for _ in range(_MAX_RUNS):
        if offset + 1 >= len(content):
            raise TruncatedError("the file ends within its pixels")
        count, value = content[offset], content[offset + 1]
        offset += 2
        if count == 0 and value == 1:
            return offset
        if count == 0 and value == 2:
            offset += 2
        elif count == 0 and value:
            size = value if compression == _RLE8 else (value + 1) // 2
            offset += size + size % 2
    raise TooManyPartsError(f"the file has more than {_MAX_RUNS} runs")


def _reduce_header(
    info: bytearray, header: _Header, palette: bytes, pixels: bytes, content: bytes
) -> bytes:
    """Remove unused fields from the information header. Returns the embedded colour profile."""
    if header.size == _CORE_SIZE:
        return b""
    data_size = len(pixels) if any(info[_DATA_SIZE : _DATA_SIZE + 4]) else 0
    struct.pack_into("<I", info, _DATA_SIZE, data_size)
    colours = len(palette) // header.colour_size if header.colours else 0
    struct.pack_into("<I", info, _COLOURS, colours)
    (important,) = struct.unpack_from("<I", info, _IMPORTANT_COLOURS)
    struct.pack_into("<I", info, _IMPORTANT_COLOURS, min(important, colours))
    if header.size == _OS2_SIZE:
        info[_INFO_SIZE:] = bytes(_OS2_SIZE - _INFO_SIZE)
    elif header.compression != _BIT_FIELDS:
        info[_INFO_SIZE:_COLOUR_SPACE] = bytes(len(info[_INFO_SIZE:_COLOUR_SPACE]))
    return _reduce_colour_space(info, content) if header.size >= _V4_SIZE else b""


def _reduce_colour_space(info: bytearray, content: bytes) -> bytes:
    space = info[_COLOUR_SPACE : _COLOUR_SPACE + 4]
    profile = b""
    if len(info) == _V5_SIZE:
        offset, size = struct.unpack_from("<II", info, _PROFILE)
        start = _FILE_HEADER_SIZE + offset
        profile = trim_profile(content[start : start + size]) if space == _EMBEDDED else b""
        info[_PROFILE:_V5_SIZE] = bytes(_V5_SIZE - _PROFILE)
    if any(space):
        # A linked profile is a path on the writer's computer.
        space = bytearray(_EMBEDDED if profile else _SRGB)
        info[_COLOUR_SPACE:_COLOUR_SPACE_END] = space + bytes(_COLOUR_SPACE_END - 60)
    return profile
