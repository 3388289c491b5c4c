"""Generated image files."""

import io
import random
import struct
import zlib
from typing import Any

from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo


def picture(format_name: str = "JPEG", size: tuple[int, int] = (32, 24), seed: int = 0) -> bytes:
    """A small image of one colour, which depends on the seed."""
    colour = tuple(random.Random(seed).randbytes(3))
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, format_name)
    return buffer.getvalue()


def noise(length: int, seed: int = 0) -> bytes:
    """A JPEG of exactly `length` bytes: noise, then padding that decoders skip."""
    side = 64
    buffer = io.BytesIO()
    content = random.Random(seed).randbytes(side * side * 3)
    Image.frombytes("RGB", (side, side), content).save(buffer, "JPEG")
    jpeg = buffer.getvalue()
    return jpeg + b"\0" * (length - len(jpeg))


def bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A valid PNG of a few kilobytes whose header states the given size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = zlib.compress(b"\0" * 1_000_000)
    chunks = [(b"IHDR", header), (b"IDAT", data), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(chunk_type, payload) for chunk_type, payload in chunks
    )


def _chunk(chunk_type: bytes, payload: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(chunk_type + payload))
    return struct.pack(">I", len(payload)) + chunk_type + payload + checksum


SECRET = "Casa 4711"


def exif(orientation: int = 6) -> Image.Exif:
    """The EXIF data of a phone: device, location and orientation."""
    data = Image.Exif()
    data[0x010F] = SECRET  # make
    data[0x0112] = orientation
    data[0x02BC] = data[0x83BB] = SECRET.encode()  # XMP and IPTC in a TIFF
    data.get_ifd(0x8769)[0x927C] = SECRET.encode() * 9  # maker note
    data.get_ifd(0x8825).update(
        {1: "N", 2: (40.0, 25.0, 0.5), 3: "W", 4: (3.0, 42.0, 0.5), 29: SECRET}
    )
    return data


def photograph(
    format_name: str = "JPEG", size: tuple[int, int] = (32, 24), **options: Any
) -> bytes:
    """Noise with all metadata that Pillow can write in the format."""
    pixels = random.Random(0).randbytes(size[0] * size[1] * 3)
    xmp = f"<x:xmpmeta>{SECRET}</x:xmpmeta>".encode()
    defaults: dict[str, Any] = {"xmp": xmp, "comment": SECRET.encode()}
    if format_name == "PNG":
        defaults["pnginfo"] = PngInfo()
        defaults["pnginfo"].add_text("Comment", SECRET)
        defaults["pnginfo"].add_itxt("XML:com.adobe.xmp", SECRET, zip=False)
    image = Image.frombytes("RGB", size, pixels)
    if format_name == "MPO":
        defaults |= {"save_all": True, "append_images": [image.rotate(180)]}
    buffer = io.BytesIO()
    image.save(buffer, format_name, **({"exif": exif()} | defaults | options))
    return buffer.getvalue()


def _srgb_profile() -> bytes:
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = bytes(12)  # the creation date, which would change the ids of tests
    return bytes(profile)


SRGB_PROFILE = _srgb_profile()
