"""WebP: RIFF chunks, padded to an even size. `VP8X` has flags for the other chunks."""

import struct
from collections.abc import Iterator

from darkroom.images.metadata.exif import orientation_only_exif
from darkroom.images.metadata.parts import limit_parts

_KEPT_CHUNKS = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}
_EXIF_FLAG, _XMP_FLAG = 0x08, 0x04


def strip(content: bytes) -> bytes:
    exif, chunks = b"", []
    for fourcc, payload in _chunks(content):
        if fourcc == b"EXIF":
            exif = orientation_only_exif(payload)
        elif fourcc in _KEPT_CHUNKS:
            chunks.append((fourcc, payload))
    if exif:
        chunks.append((b"EXIF", exif))
    body = b"WEBP" + b"".join(
        _build_chunk(fourcc, _update_flags(fourcc, payload, exif)) for fourcc, payload in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


@limit_parts
def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The FourCC and the payload of each chunk."""
    offset, riff_end = 12, 8 + int.from_bytes(content[4:8], "little")
    while offset + 8 <= min(riff_end, len(content)):
        fourcc, size = struct.unpack_from("<4sI", content, offset)
        yield fourcc, content[offset + 8 : offset + 8 + size]
        offset += 8 + size + size % 2


def _build_chunk(fourcc: bytes, payload: bytes) -> bytes:
    return fourcc + struct.pack("<I", len(payload)) + payload + bytes(len(payload) % 2)


def _update_flags(fourcc: bytes, payload: bytes, exif: bytes) -> bytes:
    if fourcc != b"VP8X":
        return payload
    flags = payload[0] & ~(_EXIF_FLAG | _XMP_FLAG) | (_EXIF_FLAG if exif else 0)
    return bytes([flags]) + payload[1:]
