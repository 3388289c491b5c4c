"""PNG: chunks of length, type, data and checksum."""

import struct
import zlib
from collections.abc import Iterator

from darkroom.images.metadata.exif import orientation_only_exif
from darkroom.images.metadata.parts import limit_parts

_SIGNATURE_SIZE = 8
_OVERHEAD = 12  # bytes of a chunk in addition to its data

# Ancillary chunks for animation, colours, transparency and size.
_KEPT_CHUNKS = {
    *(b"acTL", b"fcTL", b"fdAT"),
    *(b"cHRM", b"cICP", b"cLLI", b"gAMA", b"iCCP", b"mDCV", b"sBIT", b"sRGB"),
    *(b"bKGD", b"hIST", b"pHYs", b"sPLT", b"tRNS"),
}


def strip(content: bytes) -> bytes:
    chunks = (_strip_chunk(chunk_type, raw) for chunk_type, raw in _chunks(content))
    return content[:_SIGNATURE_SIZE] + b"".join(chunks)


@limit_parts
def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The type and the raw bytes of each chunk."""
    offset, chunk_type = _SIGNATURE_SIZE, b""
    while offset < len(content) and chunk_type != b"IEND":
        length, chunk_type = struct.unpack_from(">I4s", content, offset)
        yield chunk_type, content[offset : offset + _OVERHEAD + length]
        offset += _OVERHEAD + length


def _strip_chunk(chunk_type: bytes, raw: bytes) -> bytes:
    if chunk_type == b"eXIf":
        exif = orientation_only_exif(raw[8:-4])
        return _build_chunk(chunk_type, exif) if exif else b""
    return raw if _is_kept(chunk_type) else b""


def _is_kept(chunk_type: bytes) -> bool:
    is_critical = chunk_type[:1].isupper()
    return is_critical or chunk_type in _KEPT_CHUNKS


def _build_chunk(chunk_type: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(chunk_type + data)
    return struct.pack(">I", len(data)) + chunk_type + data + struct.pack(">I", checksum)
