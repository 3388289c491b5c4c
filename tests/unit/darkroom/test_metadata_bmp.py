"""A stripped BMP contains only its headers, its palette, its pixels and its colour profile."""

import io
import struct
from typing import NamedTuple

import pytest
from PIL import Image

from darkroom.images.metadata import strip
from darkroom.images.metadata.parts import TooManyPartsError, TruncatedError
from tests.support.images import SRGB_PROFILE

SECRET = b"Casa 4711, Madrid"
PROFILE = len(SRGB_PROFILE).to_bytes(4) + SRGB_PROFILE[4:]
WIDTH, HEIGHT = 11, 7


class Parts(NamedTuple):
    info: bytes  # the information header
    palette: bytes
    pixels: bytes

    def join(self, gap: bytes = b"", end: bytes = b"") -> bytes:
        body = self.info + self.palette + gap
        total = 14 + len(body + self.pixels + end)
        return struct.pack("<2sIII", b"BM", total, 0, 14 + len(body)) + body + self.pixels + end


def build(size: int, bits: int, compression: int = 0, height: int = HEIGHT) -> Parts:
    """A BMP of the given header size: 12 to 124 bytes."""
    palette = b"" if bits > 8 else bytes(i for n in range(1 << bits) for i in (n, 7, n ^ 3, 0))
    if size == 12:
        palette = bytes(byte for i, byte in enumerate(palette) if i % 4 < 3)
        info = struct.pack("<IHHHH", 12, WIDTH, height, 1, bits)
    else:
        info = struct.pack("<IiiHHIIiiII", size, WIDTH, height, 1, bits, compression, *[0] * 5)
        masks = {16: (0xF800, 0x7E0, 0x1F, 0), 32: (0xFF0000, 0xFF00, 0xFF, 0xFF000000)}
        info += struct.pack("<IIII", *masks[bits]) if compression == 3 else b""
        info = info[:52] if (size, compression) == (40, 3) else info.ljust(size, b"\0")
    row = (WIDTH * bits + 31) // 32 * 4
    used = -(-WIDTH * bits // 8)
    line = bytes(range(17, 17 + used - 1)) + b"\0"
    return Parts(info, palette, line.ljust(row, b"\0") * abs(height))


RLE8 = b"\5\1\3\2\3\1\0\0" + b"\0\3\1\2\3\0\2\1\0\0" + b"\x0b\4\0\0" * 5 + b"\0\1"
RLE4 = b"\5\x12\3\x23\0\0" + b"\0\5\x12\x34\x50\0\0\0" + b"\x0b\x45\0\0" * 5 + b"\0\1"
FILES = {
    f"{size}-byte header, {bits} bits": build(size, bits)
    for size in (12, 40, 52, 56, 64, 108, 124)
    for bits in (1, 4, 8, 16, 24, 32)
}
FILES |= {
    f"{size}-byte header, masks of {bits} bits": build(size, bits, 3)
    for size in (40, 56, 108, 124)
    for bits in (16, 32)
    if (size, bits) != (40, 32)
}
FILES |= {f"top row first, {bits} bits": build(40, bits, height=-HEIGHT) for bits in (8, 24)}
FILES |= {
    "8-bit runs": build(40, 8, 1)._replace(pixels=RLE8),
    "4-bit runs": build(40, 4, 2)._replace(pixels=RLE4),
    "8-bit runs, V5": build(124, 8, 1)._replace(pixels=RLE8),
}


def pixels(content: bytes) -> tuple[str, tuple[int, int], bytes]:
    with Image.open(io.BytesIO(content)) as image:
        return image.mode, image.size, image.convert("RGBA").tobytes()


@pytest.mark.parametrize("parts", FILES.values(), ids=FILES)
def test_a_file_that_contains_only_a_picture_is_unchanged(parts: Parts) -> None:
    content = parts.join()
    pixels(content)

    assert strip(content, "BMP") == content


@pytest.mark.parametrize("parts", FILES.values(), ids=FILES)
def test_bytes_around_the_pixels_are_removed(parts: Parts) -> None:
    content = parts.join(gap=SECRET + b"\0", end=SECRET)

    stripped = strip(content, "BMP")

    assert stripped == parts.join()
    assert pixels(stripped) == pixels(content)


@pytest.mark.parametrize("bits", [1, 4, 8, 16, 24])
def test_the_padding_of_rows_is_removed(bits: int) -> None:
    parts = build(40, bits)
    row = len(parts.pixels) // HEIGHT
    padding = row * 8 - WIDTH * bits
    rows = [
        (int.from_bytes(parts.pixels[start : start + row]) | (1 << padding) - 1).to_bytes(row)
        for start in range(0, len(parts.pixels), row)
    ]
    content = parts._replace(pixels=b"".join(rows)).join()

    assert strip(content, "BMP") == parts.join()
    assert pixels(content) == pixels(parts.join())


FIELDS = {
    "reserved bytes of the file": (6, b"Casa"),
    "size of the file": (2, b"Casa"),
    "fields of OS/2": (14 + 40, SECRET),
    "important colours": (14 + 36, b"Casa"),
    "fourth bytes of the palette": (14 + 64 + 3, b"C"),
}


@pytest.mark.parametrize(("offset", "data"), FIELDS.values(), ids=FIELDS)
def test_unused_fields_are_removed(offset: int, data: bytes) -> None:
    original = build(64, 8).join()
    content = original[:offset] + data + original[offset + len(data) :]

    stripped = strip(content, "BMP")

    assert pixels(stripped) == pixels(content)
    assert stripped == original


def with_profile(space: bytes, profile: bytes) -> bytes:
    parts = build(124, 24)
    info = bytearray(parts.info)
    info[56:60], info[60:108] = space, (SECRET * 3)[:48]
    struct.pack_into("<II", info, 112, 124 + len(parts.pixels) + 9, len(profile))
    return parts._replace(info=bytes(info)).join(end=SECRET[:9] + profile)


def test_the_path_of_a_linked_profile_is_removed() -> None:
    content = with_profile(b"KNIL", rb"C:\Users\Casa 4711\sRGB.icc")

    stripped = strip(content, "BMP")

    assert b"Casa" not in stripped
    assert stripped[14 + 56 : 14 + 60] == b"BGRs"
    assert pixels(stripped) == pixels(content)


def test_an_embedded_profile_is_kept_without_its_tail() -> None:
    content = with_profile(b"DEBM", PROFILE + SECRET)

    stripped = strip(content, "BMP")

    offset, size = struct.unpack_from("<II", stripped, 14 + 112)
    assert stripped[14 + offset : 14 + offset + size] == PROFILE
    assert SECRET[:9] not in stripped
    assert strip(stripped, "BMP") == stripped


@pytest.mark.parametrize("parts", FILES.values(), ids=FILES)
def test_a_file_that_ends_early_is_reported_as_truncated(parts: Parts) -> None:
    with pytest.raises((TruncatedError, struct.error)):
        strip(parts.join()[:-5], "BMP")


def test_a_file_without_the_padding_of_its_last_row_is_complete() -> None:
    content = build(40, 24).join()

    assert strip(content[:-3], "BMP") == content


def test_a_file_with_too_many_runs_is_rejected() -> None:
    runs = b"\0\0" * 2_000_000 + RLE8

    with pytest.raises(TooManyPartsError):
        strip(build(40, 8, 1)._replace(pixels=runs).join(), "BMP")
