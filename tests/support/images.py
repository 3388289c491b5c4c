"""Pictures, made when asked for."""

import io
import random
import struct
import zlib
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo


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


SECRET = "Casa 4711"


def exif(orientation: int = 6) -> Image.Exif:
    """What a telephone writes: which it is, where it was, and how it was held."""
    data = Image.Exif()
    data[0x010F] = SECRET  # its maker
    data[0x0112] = orientation
    data[0x02BC] = data[0x83BB] = SECRET.encode()  # XMP and IPTC, as TIFF has them
    data.get_ifd(0x8769)[0x927C] = SECRET.encode() * 9  # the maker's note
    data.get_ifd(0x8825).update(
        {1: "N", 2: (40.0, 25.0, 0.5), 3: "W", 4: (3.0, 42.0, 0.5), 29: SECRET}
    )
    return data


def photograph(kind: str = "JPEG", size: tuple[int, int] = (32, 24), **options: Any) -> bytes:
    """Noise with metadata of every sort that Pillow writes for the format."""
    pixels = random.Random(0).randbytes(size[0] * size[1] * 3)
    xmp = f"<x:xmpmeta>{SECRET}</x:xmpmeta>".encode()
    texts: dict[str, Any] = {"xmp": xmp, "comment": SECRET.encode()}
    if kind == "PNG":
        texts["pnginfo"] = PngInfo()
        texts["pnginfo"].add_text("Comment", SECRET)
        texts["pnginfo"].add_itxt("XML:com.adobe.xmp", SECRET, zip=False)
    image = Image.frombytes("RGB", size, pixels)
    if kind == "MPO":
        texts |= {"save_all": True, "append_images": [image.rotate(180)]}
    buffer = io.BytesIO()
    image.save(buffer, kind, **({"exif": exif()} | texts | options))
    return buffer.getvalue()
