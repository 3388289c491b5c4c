"""PNG: chunks, each with its length before it and a checksum behind it."""

import struct
import zlib
from collections.abc import Iterator

from darkroom.images.metadata.exif import orientation_alone
from darkroom.images.metadata.parts import counted

_SIGNATURE = 8
_FRAME = 12  # bytes of a chunk around its data

# What decoders may do without and still needs to stay: transparency, colours, size, animation.
_NEEDED = {
    *(b"acTL", b"fcTL", b"fdAT"),
    *(b"cHRM", b"cICP", b"cLLI", b"gAMA", b"iCCP", b"mDCV", b"sBIT", b"sRGB"),
    *(b"bKGD", b"hIST", b"pHYs", b"sPLT", b"tRNS"),
}


def strip(content: bytes) -> bytes:
    return content[:_SIGNATURE] + b"".join(_kept(kind, whole) for kind, whole in _chunks(content))


@counted
def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    place, kind = _SIGNATURE, b""
    while place < len(content) and kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", content, place)
        yield kind, content[place : place + _FRAME + length]
        place += _FRAME + length


def _kept(kind: bytes, whole: bytes) -> bytes:
    if kind == b"eXIf":
        orientation = orientation_alone(whole[8:-4])
        return _chunk(kind, orientation) if orientation else b""
    is_critical = kind[:1].isupper()
    return whole if is_critical or kind in _NEEDED else b""


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)
