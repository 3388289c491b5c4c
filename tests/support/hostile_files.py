"""Small generated files that need much time or memory."""

import io
import struct
import zlib

from PIL import Image

from tests.support.images import picture

HUGE = 65_500  # pixels of a side: 4.3 gigapixels


def png_chunk(chunk_type: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(chunk_type + data)
    return struct.pack(">I", len(data)) + chunk_type + data + struct.pack(">I", checksum)


def _patch(content: bytes, offset: int, code: str, *values: int) -> bytes:
    packed = struct.pack(code, *values)
    return content[:offset] + packed + content[offset + len(packed) :]


def _png(side: int) -> bytes:
    content = picture("PNG")
    header = struct.pack(">II", side, side) + content[24:29]
    return content[:8] + png_chunk(b"IHDR", header) + content[33:]


def _webp(side: int) -> bytes:
    extended = b"VP8X" + struct.pack("<II", 10, 0) + struct.pack("<I", side - 1)[:3] * 2
    content = picture("WEBP")
    body = b"WEBP" + extended + content[12:]
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _tiff(side: int) -> bytes:
    content = picture("TIFF")
    (directory,) = struct.unpack_from("<I", content, 4)
    for number in range(2):  # the first entries are width and height
        content = _patch(content, directory + 2 + 12 * number + 2, "<HII", 4, 1, side)
    return content


def _jpeg(side: int) -> bytes:
    content = picture("JPEG")
    return _patch(content, content.index(b"\xff\xc0") + 5, ">HH", side, side)


def _avif(side: int) -> bytes:
    content = picture("AVIF")
    return _patch(content, content.index(b"ispe") + 8, ">II", side, side)


def oversized(format_name: str, side: int = HUGE) -> bytes:
    """A small file whose header states a square of that side."""
    match format_name:
        case "PNG":
            return _png(side)
        case "WEBP":
            return _webp(min(side, 16_000))
        case "TIFF":
            return _tiff(side)
        case "JPEG":
            return _jpeg(side)
        case "AVIF":
            return _avif(side)
        case "GIF":
            return _patch(picture("GIF"), 6, "<HH", side, side)
        case _:
            return _patch(picture("BMP"), 18, "<ii", side, side)


def gif_with_oversized_frame() -> bytes:
    """A GIF whose header states a small size, and its first frame a large one."""
    content = picture("GIF")
    return _patch(content, content.index(b",\0\0\0\0") + 5, "<HH", HUGE, HUGE)


def uniform(
    format_name: str, width: int, height: int, mode: str = "RGB", **options: object
) -> bytes:
    """An image of one colour: few bytes for many pixels."""
    buffer = io.BytesIO()
    Image.new(mode, (width, height)).save(buffer, format_name, **options)
    return buffer.getvalue()


def lossless_webp(side: int) -> bytes:
    """A WebP of one colour: 34 bytes for any size."""
    content = uniform("WEBP", 8, 8, lossless=True)
    return _patch(content, 21, "<I", side - 1 | side - 1 << 14)


def jpeg_with_many_scans(scans: int, side: int = 1500) -> bytes:
    """A progressive JPEG that repeats its last scan."""
    content = uniform("JPEG", side, side, progressive=True)
    start = content.rindex(b"\xff\xda")
    return content[:start] + content[start:-2] * scans + content[-2:]


def animation(frames: int, side: int) -> bytes:
    """A GIF of frames that differ in one pixel."""
    images = []
    for number in range(frames):
        image = Image.new("P", (side, side))
        image.putpixel((number % side, 0), 1)
        images.append(image)
    buffer = io.BytesIO()
    images[0].save(buffer, "GIF", save_all=True, append_images=images[1:])
    return buffer.getvalue()


def noisy_fax(rows: int = 5000) -> bytes:
    """A fax whose rows are damaged: its decoder warns about each of them."""
    content = bytearray(uniform("TIFF", 1728, rows, "1", compression="group3"))
    for offset in range(200, min(len(content), 200 + rows * 2), 3):
        content[offset] ^= 0x5A
    return bytes(content)


def jpeg_of_fill_bytes(count: int = 100_000) -> bytes:
    return b"\xff\xd8" + b"\xff" * count


def avif_with_endless_items() -> bytes:
    """An AVIF with a second `meta` box that lists 2^32 items."""
    location = b"iloc\2\0\0\0\x44\0" + struct.pack(">I", 2**32 - 1)
    items = b"iinf\0\0\0\0\0\0"
    payload = b"".join(struct.pack(">I", 4 + len(box)) + box for box in (items, location))
    meta = b"meta\0\0\0\0" + payload
    return picture("AVIF") + struct.pack(">I", 4 + len(meta)) + meta


def tiff_of_strips(count: int = 1_200_000) -> bytes:
    """A TIFF with more strips than any image has."""
    strips = struct.pack("<I", 8) * count
    sizes = struct.pack("<I", 1) * count
    entries = [
        (256, 4, 1, 1),
        (257, 4, 1, count),
        (258, 3, 1, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (273, 4, count, 12),
        (277, 3, 1, 1),
        (278, 4, 1, 1),
        (279, 4, count, 12 + len(strips)),
    ]
    body = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    offset = 12 + len(strips) + len(sizes)
    head = b"II*\0" + struct.pack("<I", offset) + bytes(4)
    return head + strips + sizes + struct.pack("<H", len(entries)) + body + bytes(4)
