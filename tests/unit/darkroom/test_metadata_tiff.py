"""A stripped TIFF contains only the directories, values and image data that its images need."""

import io
import struct
from typing import Any

import pytest
from PIL import Image, ImageSequence

from darkroom.images.metadata import strip
from darkroom.images.metadata.parts import MAX_PARTS, TooManyPartsError, TruncatedError
from darkroom.images.metadata.tiff import MAX_DIRECTORIES
from tests.support.images import SRGB_PROFILE, photograph

SECRET = b"Casa 4711, Madrid"
PROFILE = len(SRGB_PROFILE).to_bytes(4) + SRGB_PROFILE[4:]
LONG, RATIONAL, BYTES = 4, 5, 7


def encode(mode: str = "RGB", size: tuple[int, int] = (67, 45), **options: Any) -> bytes:
    source = Image.open(io.BytesIO(photograph("PNG", size=size)))
    image = source.convert("L").convert("I;16") if mode == "I;16" else source.convert(mode)
    buffer = io.BytesIO()
    image.save(buffer, "TIFF", **options)
    return buffer.getvalue()


def pixels(content: bytes) -> list[tuple[str, tuple[int, int], bytes]]:
    with Image.open(io.BytesIO(content)) as image:
        return [
            (frame.mode, frame.size, frame.tobytes()) for frame in ImageSequence.Iterator(image)
        ]


def directory_of(content: bytes) -> tuple[int, list[tuple[int, ...]]]:
    """The offset of the first directory, and its entries."""
    (offset,) = struct.unpack_from("<I", content, 4)
    (count,) = struct.unpack_from("<H", content, offset)
    entries = content[offset + 2 : offset + 2 + 12 * count]
    return offset, list(struct.iter_unpack("<HHII", entries))


def add_entries(content: bytes, *added: tuple[int, int, int, int], next_offset: int = 0) -> bytes:
    """The content with a new first directory at its end."""
    content += bytes(len(content) % 2)
    tags = {entry[0] for entry in added}
    entries = sorted([e for e in directory_of(content)[1] if e[0] not in tags] + list(added))
    directory = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    directory = struct.pack("<H", len(entries)) + directory + struct.pack("<I", next_offset)
    return content[:4] + struct.pack("<I", len(content)) + content[8:] + directory


def value_of(content: bytes, tag: int) -> int:
    return next(entry[3] for entry in directory_of(content)[1] if entry[0] == tag)


COMPRESSIONS = [None, "tiff_lzw", "tiff_deflate", "tiff_adobe_deflate", "packbits", "jpeg", "zstd"]
ENCODINGS: list[tuple[str, dict[str, Any]]] = [
    ("1", {"compression": name}) for name in ["group3", "group4", "tiff_ccitt", "packbits", None]
]
ENCODINGS += [
    (mode, {"compression": compression, "strip_size": strip_size})
    for mode in ["L", "RGB", "CMYK"]
    for compression in COMPRESSIONS
    for strip_size in [600, 1 << 20]
]
ENCODINGS += [(mode, {"compression": "tiff_lzw"}) for mode in ["P", "LA", "RGBA", "I;16", "I", "F"]]
ENCODINGS += [(mode, {}) for mode in ["P", "LA", "RGBA", "I;16", "I", "F", "LAB"]]
ENCODINGS += [("RGB", {"big_tiff": True}), ("RGB", {"compression": "jpeg", "quality": 100})]
ENCODINGS += [("RGB", {"icc_profile": PROFILE}), ("RGB", {"tiffinfo": {317: 2}})]
ENCODINGS += [
    ("YCbCr", {}),
    ("RGB", {"dpi": (300, 300), "tiffinfo": {317: 2}, "compression": "tiff_lzw"}),
]


@pytest.mark.parametrize(("mode", "options"), ENCODINGS, ids=str)
@pytest.mark.parametrize("pages", [1, 3])
def test_a_file_that_contains_only_pictures_is_unchanged(
    mode: str, options: dict[str, Any], pages: int
) -> None:
    source = "RGB" if mode == "LAB" else mode
    if mode == "LAB":
        options = {**options, "tiffinfo": {262: 8}}
    other_pages = [Image.new(source, (9, 9 + n)) for n in range(pages - 1)]
    if pages > 1 and options.get("compression") == "group3":
        pytest.skip("Pillow cannot read several pages of this encoding")
    content = encode(source, save_all=True, append_images=other_pages, **options)

    stripped = strip(content, "TIFF")

    assert pixels(stripped) == pixels(content)
    assert strip(stripped, "TIFF") == stripped


@pytest.mark.parametrize("compression", COMPRESSIONS)
@pytest.mark.parametrize("tag", [0xC000, 270, 305, 700, 34665, 37724])
def test_bytes_that_no_picture_needs_are_removed(compression: str | None, tag: int) -> None:
    content = encode(compression=compression)
    end = len(content) + 1 & ~1
    content = content.ljust(end, b"\0") + SECRET * 2
    content = add_entries(content, (tag, BYTES, len(SECRET), end)) + SECRET

    stripped = strip(content, "TIFF")

    assert b"Casa" not in stripped
    assert pixels(stripped) == pixels(content)


@pytest.mark.parametrize(
    ("tag", "value_type", "count"),
    [(254, LONG, 5), (274, 1, 17), (282, RATIONAL, 2), (296, 1, 17), (318, 12, 3), (515, 1, 17)],
)
def test_values_beyond_those_of_the_tag_are_removed(tag: int, value_type: int, count: int) -> None:
    content = encode() + SECRET * 2
    content = add_entries(content, (tag, value_type, count, len(content) - 2 * len(SECRET)))

    assert b"Casa" not in strip(content, "TIFF")


def test_bytes_after_the_rows_of_a_strip_are_removed() -> None:
    content = encode()
    offset, size = value_of(content, 273), value_of(content, 279)
    data = content[offset : offset + size] + SECRET
    content = add_entries(content + data, (273, LONG, 1, len(content)), (279, LONG, 1, len(data)))

    stripped = strip(content, "TIFF")

    assert b"Casa" not in stripped
    assert pixels(stripped) == pixels(content)


def test_metadata_in_a_jpeg_strip_is_removed() -> None:
    content = encode(compression="jpeg")
    offset, size = value_of(content, 273), value_of(content, 279)
    exif = b"\xff\xe1" + struct.pack(">H", 8 + len(SECRET)) + b"Exif\0\0" + SECRET
    strip_data = content[offset : offset + 2] + exif + content[offset + 2 : offset + size] + SECRET
    tables, length = value_of(content, 347), directory_of(content)[1]
    table_size = next(entry[2] for entry in length if entry[0] == 347)
    table_data = content[tables : tables + 2] + exif + content[tables + 2 : tables + table_size]
    start = len(content)
    content = add_entries(
        content + strip_data + table_data,
        (273, LONG, 1, start),
        (279, LONG, 1, len(strip_data)),
        (347, BYTES, len(table_data), start + len(strip_data)),
    )

    stripped = strip(content, "TIFF")

    assert b"Casa" not in stripped
    assert pixels(stripped) == pixels(content)


def test_the_tail_of_a_colour_profile_is_removed() -> None:
    content = encode()
    content = add_entries(
        content + PROFILE + SECRET, (34675, BYTES, len(PROFILE + SECRET), len(content))
    )

    stripped = strip(content, "TIFF")

    assert b"Casa" not in stripped
    assert Image.open(io.BytesIO(stripped)).info["icc_profile"].startswith(PROFILE)


@pytest.mark.parametrize("pointer", [3, 2**31, 2**32 - 1])
def test_a_broken_pointer_to_a_next_page_is_removed(pointer: int) -> None:
    content = add_entries(encode(), next_offset=pointer)

    assert len(pixels(strip(content, "TIFF"))) == 1


@pytest.mark.parametrize("count", [MAX_PARTS + 1, 1_200_000, 2**32 - 1])
def test_a_file_with_too_many_strips_is_rejected(count: int) -> None:
    content = add_entries(encode(), (273, LONG, count, 8), (279, LONG, count, 8))

    with pytest.raises(TooManyPartsError):
        strip(content, "TIFF")


def test_a_long_list_of_resolutions_is_removed() -> None:
    content = encode() + bytes(10_000_000)
    content = add_entries(content, (282, RATIONAL, 1_250_000, 8))

    stripped = strip(content, "TIFF")

    assert value_of(stripped, 256) == 67
    assert 282 not in [entry[0] for entry in directory_of(stripped)[1]]


def test_strips_that_list_the_same_data_repeatedly_are_rejected() -> None:
    content = encode(compression="tiff_lzw")
    start, size = len(content), len(content)
    offsets = struct.pack("<1000I", *range(1000))
    sizes = struct.pack("<1000I", *[size] * 1000)
    content = add_entries(
        content + offsets + sizes,
        (273, LONG, 1000, start),
        (279, LONG, 1000, start + len(offsets)),
    )

    with pytest.raises(TooManyPartsError, match="larger than the file"):
        strip(content, "TIFF")


def test_a_deep_chain_of_sub_directories_is_read_without_recursion() -> None:
    depth = MAX_DIRECTORIES - 2
    head = add_entries(encode(), (330, LONG, 1, 0))
    start = len(head)
    chain = b"".join(
        struct.pack("<HHHIII", 1, 330, LONG, 1, start + 18 * (number + 1), 0)
        for number in range(depth)
    )
    content = head.replace(
        struct.pack("<HHII", 330, LONG, 1, 0), struct.pack("<HHII", 330, LONG, 1, start)
    )

    stripped = strip(content + chain + bytes(6), "TIFF")

    assert pixels(stripped) == pixels(content)


def test_a_directory_that_overlaps_the_picture_is_rejected() -> None:
    content = encode()
    content = add_entries(content, (273, LONG, 1, len(content) - 40), (0xC000, LONG, 1, 4711))

    with pytest.raises(ValueError, match="overlap"):
        strip(content, "TIFF")


def test_an_entry_that_is_listed_twice_is_rejected() -> None:
    content = add_entries(encode(), (274, 3, 1, 1), (274, 3, 1, 6))

    with pytest.raises(ValueError, match="two entries"):
        strip(content, "TIFF")


def test_compressed_data_without_a_size_is_rejected() -> None:
    content = add_entries(encode(compression="tiff_lzw"), (279, 2, 1, 0))

    with pytest.raises(ValueError, match="size"):
        strip(content, "TIFF")


def test_a_file_that_ends_before_its_directory_is_reported_as_truncated() -> None:
    with pytest.raises(TruncatedError):
        strip(add_entries(encode())[:-20], "TIFF")
