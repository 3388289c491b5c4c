"""The width and height that the header of a file states, read without a decoder.

Decoders allocate memory for a whole image when they open a file.
"""

import re
import struct
from collections.abc import Callable, Iterator

Size = tuple[int, int]

_FRAME_MARKERS = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # others are tables
_WIDTH, _HEIGHT = 256, 257  # tags of a TIFF
_ISPE = re.compile(rb"ispe....(....)(....)", re.DOTALL)  # the size of an item of an AVIF


def declared_size(content: bytes, format_name: str) -> Size:
    """The largest size in the header. Raises any exception for a file that cannot be parsed."""
    return _READERS[format_name](content)


def _read_avif(content: bytes) -> Size:
    sizes = [(_big(width), _big(height)) for width, height in _ISPE.findall(content)]
    return max(sizes, key=_area)


def _read_bmp(content: bytes) -> Size:
    if content[14] == 12:  # the header of OS/2
        return struct.unpack_from("<HH", content, 18)
    width, height = struct.unpack_from("<ii", content, 18)
    return width, abs(height)


def _read_gif(content: bytes) -> Size:
    return struct.unpack_from("<HH", content, 6)


def _read_jpeg(content: bytes) -> Size:
    """The size in the first frame header, before the first scan."""
    offset = 2
    while True:
        marker = content[offset + 1]
        if content[offset] != 0xFF or marker == 0xFF:
            offset += 1
        elif marker in _FRAME_MARKERS:
            height, width = struct.unpack_from(">HH", content, offset + 5)
            return width, height
        else:
            offset += 2 + struct.unpack_from(">H", content, offset + 2)[0]


def _read_png(content: bytes) -> Size:
    return struct.unpack_from(">II", content, 16)


def _read_tiff(content: bytes) -> Size:
    values = dict(_tiff_integers(content))
    return values[_WIDTH], values[_HEIGHT]


def _tiff_integers(content: bytes) -> Iterator[tuple[int, int]]:
    """The tags of the first directory with their inline value."""
    order = "<" if content.startswith(b"II") else ">"
    is_big = struct.unpack_from(f"{order}H", content, 2)[0] == 43
    head, count, entry, step = ("Q", "Q", "HHQ", 20) if is_big else ("I", "H", "HHI", 12)
    (directory,) = struct.unpack_from(order + head, content, 8 if is_big else 4)
    (entries,) = struct.unpack_from(order + count, content, directory)
    for number in range(entries):
        offset = directory + struct.calcsize(order + count) + step * number
        tag, value_type, _ = struct.unpack_from(order + entry, content, offset)
        code = order + ("H" if value_type == 3 else "I")
        value_offset = offset + struct.calcsize(order + entry)
        if tag in (_WIDTH, _HEIGHT):
            yield tag, struct.unpack_from(code, content, value_offset)[0]


def _read_webp(content: bytes) -> Size:
    match content[12:16]:
        case b"VP8X":
            return 1 + _little(content[24:27]), 1 + _little(content[27:30])
        case b"VP8L":
            bits = _little(content[21:25])
            return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
        case _:
            width, height = struct.unpack_from("<HH", content, 26)
            return width & 0x3FFF, height & 0x3FFF


def _big(raw: bytes) -> int:
    return int.from_bytes(raw)


def _little(raw: bytes) -> int:
    return int.from_bytes(raw, "little")


def _area(size: Size) -> int:
    return size[0] * size[1]


_READERS: dict[str, Callable[[bytes], Size]] = {
    "AVIF": _read_avif,
    "BMP": _read_bmp,
    "GIF": _read_gif,
    "JPEG": _read_jpeg,
    "MPO": _read_jpeg,
    "PNG": _read_png,
    "TIFF": _read_tiff,
    "WEBP": _read_webp,
}
