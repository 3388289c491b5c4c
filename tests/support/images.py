"""Pictures, made when asked for."""

import io
import random
import struct
import zlib

from PIL import Image


def picture(kind: str = "JPEG", size: tuple[int, int] = (32, 24), seed: int = 0) -> bytes:
    """A small picture that differs from seed to seed."""
    colour = tuple(random.Random(seed).randbytes(3))
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, kind)
    return buffer.getvalue()


def noise(length: int, seed: int = 0) -> bytes:
    """A JPEG of exactly that many bytes: noise, then padding that decoders skip."""
    side = 64
    buffer = io.BytesIO()
    content = random.Random(seed).randbytes(side * side * 3)
    Image.frombytes("RGB", (side, side), content).save(buffer, "JPEG")
    jpeg = buffer.getvalue()
    return jpeg + b"\0" * (length - len(jpeg))


def bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A valid PNG of a few kilobytes that claims so many pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = zlib.compress(b"\0" * 1_000_000)
    chunks = [(b"IHDR", header), (b"IDAT", data), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + checksum
