"""Metadata is removed from every image format, and the pixels do not change."""

import io
import struct
import warnings
import zlib
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageSequence, UnidentifiedImageError

from darkroom.errors import InvalidInputError
from darkroom.images import ingestion
from darkroom.images.formats import FORMATS
from darkroom.images.ingestion import File, read_image
from darkroom.images.metadata import strip
from darkroom.images.metadata.parts import MAX_PARTS
from darkroom.images.metadata.tiff import MAX_DIRECTORIES
from tests.support.images import SECRET, SRGB_PROFILE, exif, noise, photograph, picture

FORMAT_NAMES = sorted(FORMATS)
FORMATS_WITH_METADATA = [name for name in FORMAT_NAMES if name != "BMP"]


def open_image(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def frames(content: bytes) -> list[tuple[str, tuple[int, int], bytes, Any]]:
    """Mode, size, pixels and duration of each frame."""
    return [
        (frame.mode, frame.size, frame.tobytes(), frame.info.get("duration"))
        for frame in ImageSequence.Iterator(open_image(content))
    ]


def encode(image: Image.Image, format_name: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format_name, **options)
    return buffer.getvalue()


def noise_image(mode: str, size: tuple[int, int] = (40, 30)) -> Image.Image:
    source = open_image(photograph(size=size))
    return source.convert("L").convert("I;16") if mode == "I;16" else source.convert(mode)


@pytest.mark.parametrize("format_name", FORMATS_WITH_METADATA)
def test_metadata_is_removed_and_pixels_are_unchanged(format_name: str) -> None:
    content = photograph(format_name)
    assert SECRET.encode() in content

    stripped = read_image(File("a", content)).content

    assert SECRET.encode() not in stripped
    assert frames(stripped) == frames(content)
    tags = open_image(stripped).getexif()
    assert not tags.get_ifd(0x8825)
    assert not tags.get_ifd(0x8769)
    assert "xmp" not in open_image(stripped).info


@pytest.mark.parametrize("format_name", ["JPEG", "MPO", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_orientation_is_kept(format_name: str, orientation: int) -> None:
    stripped = strip(photograph(format_name, exif=exif(orientation)), format_name)

    assert open_image(stripped).getexif().get(0x0112, 1) == orientation


@pytest.mark.parametrize("format_name", ["AVIF", "JPEG", "MPO", "PNG", "TIFF", "WEBP"])
def test_the_colour_profile_is_kept(format_name: str) -> None:
    stripped = strip(photograph(format_name, icc_profile=SRGB_PROFILE), format_name)

    assert open_image(stripped).info["icc_profile"] == SRGB_PROFILE


@pytest.mark.parametrize("format_name", [name for name in FORMAT_NAMES if name != "MPO"])
def test_a_file_without_metadata_is_unchanged(format_name: str) -> None:
    content = picture(format_name)

    assert strip(content, format_name) == content


@pytest.mark.parametrize("format_name", FORMATS_WITH_METADATA)
def test_stripping_a_stripped_file_changes_nothing(format_name: str) -> None:
    stripped = strip(photograph(format_name), format_name)

    assert strip(stripped, format_name) == stripped


@pytest.mark.parametrize(
    ("mode", "format_name", "options"),
    [
        ("CMYK", "JPEG", {}),
        ("L", "JPEG", {}),
        ("RGB", "JPEG", {"progressive": True}),
        ("RGB", "JPEG", {"restart_marker_rows": 1}),
        ("RGB", "JPEG", {"progressive": True, "optimize": True, "subsampling": 0}),
        ("I;16", "PNG", {}),
        ("RGBA", "PNG", {}),
        ("P", "PNG", {}),
        ("LA", "PNG", {}),
        ("1", "PNG", {}),
        ("RGBA", "WEBP", {"lossless": True}),
        ("RGB", "WEBP", {"quality": 30}),
        ("I;16", "TIFF", {}),
        ("CMYK", "TIFF", {}),
        ("RGB", "TIFF", {"compression": "jpeg"}),
        ("RGB", "TIFF", {"compression": "tiff_lzw"}),
        ("RGB", "TIFF", {"big_tiff": True}),
        ("P", "GIF", {"interlace": True}),
        ("RGBA", "AVIF", {}),
    ],
)
def test_pixels_are_unchanged_in_every_mode_and_encoding(
    mode: str, format_name: str, options: dict[str, Any]
) -> None:
    content = encode(
        noise_image(mode), format_name, exif=exif(), comment=SECRET.encode(), **options
    )

    stripped = strip(content, format_name)

    assert SECRET.encode() not in stripped
    assert frames(stripped) == frames(content)


@pytest.mark.parametrize("format_name", ["AVIF", "GIF", "MPO", "PNG", "TIFF", "WEBP"])
def test_every_frame_of_a_sequence_is_kept(format_name: str) -> None:
    first, *other_frames = [
        noise_image("RGB", (40, 30 + grow)).crop((0, 0, 40, 30)) for grow in range(3)
    ]
    options = {} if format_name in ("MPO", "TIFF") else {"duration": [90, 120, 150], "loop": 3}
    # Pillow crashes when it writes an AVIF sequence with EXIF data.
    metadata = {"xmp": SECRET.encode()} if format_name == "AVIF" else {"exif": exif()}
    content = encode(
        first, format_name, save_all=True, append_images=other_frames, **metadata, **options
    )

    stripped = strip(content, format_name)

    assert SECRET.encode() not in stripped
    assert len(frames(stripped)) == 3
    assert frames(stripped) == frames(content)
    assert open_image(stripped).info.get("loop") == open_image(content).info.get("loop")


def test_metadata_is_removed_from_the_second_image_of_an_mpo() -> None:
    first, second = photograph(), photograph(size=(16, 12))
    mpo = encode(
        open_image(first), "MPO", save_all=True, append_images=[open_image(second)], exif=exif()
    )
    # Pillow writes the second image without metadata, unlike a phone: replace it.
    index = mpo.index(b"MPF\0") + 4
    size, offset = len(mpo), index + struct.unpack_from("<I", mpo, index + 50 + 16 + 8)[0]
    content = bytearray(mpo[:offset] + second)
    struct.pack_into("<I", content, index + 50 + 16 + 4, len(second))
    assert size != len(content)

    stripped = strip(bytes(content), "MPO")

    assert SECRET.encode() not in stripped
    assert open_image(stripped).format == "MPO"
    assert frames(stripped) == frames(bytes(content))


def test_pixels_of_an_interlaced_png_are_unchanged() -> None:
    # A single pixel has the same encoding with and without interlacing.
    content = bytearray(encode(Image.new("L", (1, 1), 77), "PNG", exif=exif()))
    content[28] = 1
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))

    stripped = strip(bytes(content), "PNG")

    assert open_image(stripped).info["interlace"] == 1
    assert open_image(stripped).getpixel((0, 0)) == 77


@pytest.mark.parametrize("format_name", ["AVIF", "GIF", "JPEG", "PNG", "WEBP"])
def test_data_after_the_end_of_the_image_is_removed(format_name: str) -> None:
    trailer = SECRET.encode()
    if format_name == "AVIF":
        trailer = struct.pack(">I4s", 8 + len(trailer), b"uuid") + trailer

    assert SECRET.encode() not in strip(picture(format_name) + trailer, format_name)


def test_padding_after_a_jpeg_is_removed() -> None:
    assert len(strip(noise(1_000_000), "JPEG")) < 20_000


@pytest.mark.parametrize("broken", [b"", b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff"])
def test_broken_exif_data_is_removed(broken: bytes) -> None:
    segment = b"\xff\xe1" + struct.pack(">H", len(broken) + 2) + broken
    content = picture()

    assert strip(content[:2] + segment + content[2:], "JPEG") == content


def test_a_comment_between_the_scans_of_a_jpeg_is_removed() -> None:
    content = encode(noise_image("RGB"), "JPEG", progressive=True, comment=b"")
    offset = content.rindex(b"\xff\xda")
    comment = b"\xff\xfe" + struct.pack(">H", len(SECRET) + 2) + SECRET.encode()

    assert strip(content[:offset] + comment + content[offset:], "JPEG") == content


def test_a_setting_keeps_metadata(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingestion, "KEEPS_METADATA", True)
    content = photograph()

    assert read_image(File("a", content)).content == content


def overwrite(content: bytes, offset: int, code: str, *values: int) -> bytes:
    data = bytearray(content)
    struct.pack_into(code, data, offset, *values)
    return bytes(data)


def tiff_value_offset(content: bytes, tag: int) -> int:
    """The offset of a tag's value field in the first directory."""
    (directory,) = struct.unpack_from("<I", content, 4)
    (count,) = struct.unpack_from("<H", content, directory)
    entries = range(directory + 2, directory + 2 + 12 * count, 12)
    return next(at + 8 for at in entries if struct.unpack_from("<H", content, at)[0] == tag)


@pytest.mark.parametrize(("tag", "value_type", "count"), [(700, 1, 200), (0x8769, 4, 1)])
def test_tiff_image_data_that_overlaps_metadata_is_kept(
    tag: int, value_type: int, count: int
) -> None:
    content = photograph("TIFF")
    (offset,) = struct.unpack_from("<I", content, tiff_value_offset(content, 273))
    content = overwrite(content, offset + 100, "<HI", 0, 0)  # an empty directory
    entry = tiff_value_offset(content, 700) - 8
    content = overwrite(content, entry, "<HHII", tag, value_type, count, offset + 100)

    assert frames(strip(content, "TIFF")) == frames(content)


def test_avif_image_data_that_overlaps_metadata_is_kept() -> None:
    content = photograph("AVIF")
    xmp = struct.pack(">I", content.index(b"<x:xmpmeta>"))
    content = overwrite(content, content.index(xmp), ">I", len(content) - 400)

    assert frames(strip(content, "AVIF")) == frames(content)


def test_the_offset_of_the_first_image_in_an_mpo_index_is_ignored() -> None:
    content = photograph("MPO")
    first_entry = content.index(b"MPF\0") + 4 + 50
    content = overwrite(content, first_entry + 8, "<I", 200)

    assert frames(strip(content, "MPO")) == frames(content)


def test_a_jpeg_that_does_not_decode_without_its_metadata_is_rejected() -> None:
    content = photograph()
    middle = (content.index(b"\xff\xda") + len(content)) // 2
    oversized_segment = b"\xff\xe1" + struct.pack(">H", 5000)

    with pytest.raises(InvalidInputError):
        read_image(File("a", content[:middle] + oversized_segment + content[middle:]))


def test_an_image_listed_repeatedly_in_an_mpo_index_is_kept_once() -> None:
    content = photograph("MPO")
    index_offset, second_offset = content.index(b"MPF\0") + 4, content.rindex(b"\xff\xd8\xff")
    length = 16 * 1001
    head = struct.pack("<2sHIHHHIII", b"II", 42, 8, 1, 0xB002, 7, length, 26, 0)
    second = (
        second_offset - index_offset + 8 + len(head) + length
    )  # the new segment moves the image
    entries = b"".join(
        struct.pack("<IIIHH", 0, len(content), offset, 0, 0) for offset in [0, *[second] * 1000]
    )
    index = b"MPF\0" + head + entries
    segment = b"\xff\xe2" + struct.pack(">H", 2 + len(index)) + index

    stripped = strip(content[: index_offset - 8] + segment + content[index_offset - 8 :], "MPO")

    assert frames(stripped) == frames(content)
    assert len(stripped) < len(content)


def test_a_tiff_that_lists_the_same_part_repeatedly_is_rejected() -> None:
    entries = struct.pack("<HHII", 330, 4, 1000, 2000) * 100
    directory = struct.pack("<H", 100) + entries + bytes(4)
    content = (b"II*\0" + struct.pack("<I", 8) + directory).ljust(6000, b"\0")

    with pytest.raises(ValueError, match="larger than the file"):
        strip(content, "TIFF")


@pytest.mark.parametrize(
    ("format_name", "empty", "end"),
    [
        ("JPEG", b"\xff\x01", 2),
        ("JPEG", b"\xff\xc4\0\2", 2),
        ("JPEG", b"\xff\xe5\0\2", 2),
        ("AVIF", b"\0\0\0\x08uuid", 0),
        ("GIF", b"!\xf9\0", 1),
        ("PNG", b"\0\0\0\0IDAT\x35\xaf\x06\x1e", 12),
        ("WEBP", b"ALPH\0\0\0\0", 0),
    ],
)
def test_a_file_with_too_many_empty_parts_is_rejected(
    format_name: str, empty: bytes, end: int
) -> None:
    content = picture(format_name)
    offset = len(content) - end
    content = content[:offset] + empty * (MAX_PARTS + 1) + content[offset:]
    if format_name == "WEBP":
        content = overwrite(content, 4, "<I", len(content) - 8)
    open_image(content).load()

    with pytest.raises(InvalidInputError):
        read_image(File("a", content))


def test_a_tiff_with_too_many_empty_directories_is_rejected() -> None:
    offsets = range(8, 8 + 6 * (MAX_DIRECTORIES + 1), 6)
    chain = b"".join(struct.pack("<HI", 0, offset + 6) for offset in offsets)

    with pytest.raises(ValueError, match=f"more than {MAX_DIRECTORIES} directories"):
        strip(b"II*\0" + struct.pack("<I", 8) + chain + bytes(6), "TIFF")


def test_an_avif_with_extents_without_offset_and_length_is_rejected() -> None:
    content = photograph("AVIF")
    box = content.index(b"iloc")
    content = overwrite(content, box + 8, ">B", 0)

    with pytest.raises(ValueError, match="neither an offset nor a length"):
        strip(content, "AVIF")


def test_a_tiff_page_whose_entry_count_exceeds_the_file_is_ignored() -> None:
    source = encode(noise_image("RGB"), "TIFF", big_tiff=True)
    (directory,) = struct.unpack_from("<Q", source, 8)
    (count,) = struct.unpack_from("<Q", source, directory)
    content = overwrite(source, directory + 8 + 20 * count, "<Q", len(source))

    stripped = read_image(File("a", content + struct.pack("<Q", 2**60))).content

    assert frames(stripped) == frames(source)


@given(st.sampled_from(FORMATS_WITH_METADATA), st.data())
def test_a_damaged_file_that_is_accepted_still_decodes_to_its_size(
    format_name: str, data: st.DataObject
) -> None:
    content = bytearray(photograph(format_name))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        stripped = read_image(File("a", bytes(content))).content
    except InvalidInputError:
        return

    with warnings.catch_warnings(action="ignore"):
        image = open_image(stripped)
        image.load()
        # Pillow does not open a file with damage in a part that is not stored.
        with suppress(UnidentifiedImageError):
            assert image.size == open_image(bytes(content)).size
