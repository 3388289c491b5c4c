"""WebP: RIFF chunks of even size; the first one may say which others there are."""

import struct
from collections.abc import Iterator

from darkroom.images.metadata.exif import orientation_alone
from darkroom.images.metadata.parts import counted

_NEEDED = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}
_EXIF_FLAG, _XMP_FLAG = 0x08, 0x04


def strip(content: bytes) -> bytes:
    exif, chunks = b"", []
    for kind, data in _chunks(content):
        if kind == b"EXIF":
            exif = orientation_alone(data)
        elif kind in _NEEDED:
            chunks.append((kind, data))
    if exif:
        chunks.append((b"EXIF", exif))
    body = b"WEBP" + b"".join(_chunk(kind, _flagged(kind, data, exif)) for kind, data in chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


@counted
def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    place, end = 12, 8 + int.from_bytes(content[4:8], "little")
    while place + 8 <= min(end, len(content)):
        kind, size = struct.unpack_from("<4sI", content, place)
        yield kind, content[place + 8 : place + 8 + size]
        place += 8 + size + size % 2


def _chunk(kind: bytes, data: bytes) -> bytes:
    return kind + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)


def _flagged(kind: bytes, data: bytes, exif: bytes) -> bytes:
    if kind != b"VP8X":
        return data
    flags = data[0] & ~(_EXIF_FLAG | _XMP_FLAG) | (_EXIF_FLAG if exif else 0)
    return bytes([flags]) + data[1:]
