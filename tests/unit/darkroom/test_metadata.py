"""What a file says beside the picture goes; the picture stays as it is."""

import io
import struct
import warnings
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageSequence

from darkroom.errors import InvalidInputError
from darkroom.images import ingestion
from darkroom.images.formats import FORMATS
from darkroom.images.ingestion import File, read_image
from darkroom.images.metadata import strip
from darkroom.images.metadata.parts import MAX_PARTS
from tests.support.images import SECRET, exif, noise, photograph, picture

PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
KINDS = sorted(FORMATS)
SAYING = [kind for kind in KINDS if kind != "BMP"]


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def frames(content: bytes) -> list[tuple[str, tuple[int, int], bytes, Any]]:
    """All that is shown of a file."""
    return [
        (frame.mode, frame.size, frame.tobytes(), frame.info.get("duration"))
        for frame in ImageSequence.Iterator(opened(content))
    ]


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def noisy(mode: str, size: tuple[int, int] = (40, 30)) -> Image.Image:
    source = opened(photograph(size=size))
    return source.convert("L").convert("I;16") if mode == "I;16" else source.convert(mode)


@pytest.mark.parametrize("kind", SAYING)
def test_places_devices_and_texts_go_and_pixels_stay(kind: str) -> None:
    content = photograph(kind)
    assert SECRET.encode() in content

    cleaned = read_image(File("a", content)).content

    assert SECRET.encode() not in cleaned
    assert frames(cleaned) == frames(content)
    tags = opened(cleaned).getexif()
    assert not tags.get_ifd(0x8825)
    assert not tags.get_ifd(0x8769)
    assert "xmp" not in opened(cleaned).info


@pytest.mark.parametrize("kind", ["JPEG", "MPO", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_shown_the_same_way_up(kind: str, orientation: int) -> None:
    cleaned = strip(photograph(kind, exif=exif(orientation)), kind)

    assert opened(cleaned).getexif().get(0x0112, 1) == orientation


@pytest.mark.parametrize("kind", ["AVIF", "JPEG", "MPO", "PNG", "TIFF", "WEBP"])
def test_the_colour_profile_stays(kind: str) -> None:
    cleaned = strip(photograph(kind, icc_profile=PROFILE), kind)

    assert opened(cleaned).info["icc_profile"] == PROFILE


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "MPO"])
def test_a_picture_that_says_nothing_comes_back_byte_for_byte(kind: str) -> None:
    content = picture(kind)

    assert strip(content, kind) == content


@pytest.mark.parametrize("kind", SAYING)
def test_cleaning_twice_is_cleaning_once(kind: str) -> None:
    cleaned = strip(photograph(kind), kind)

    assert strip(cleaned, kind) == cleaned


@pytest.mark.parametrize(
    ("mode", "kind", "options"),
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
def test_every_sort_of_picture_keeps_its_pixels(
    mode: str, kind: str, options: dict[str, Any]
) -> None:
    content = saved(noisy(mode), kind, exif=exif(), comment=SECRET.encode(), **options)

    cleaned = strip(content, kind)

    assert SECRET.encode() not in cleaned
    assert frames(cleaned) == frames(content)


@pytest.mark.parametrize("kind", ["AVIF", "GIF", "MPO", "PNG", "TIFF", "WEBP"])
def test_every_picture_of_a_sequence_stays(kind: str) -> None:
    first, *others = [noisy("RGB", (40, 30 + grow)).crop((0, 0, 40, 30)) for grow in range(3)]
    options = {} if kind in ("MPO", "TIFF") else {"duration": [90, 120, 150], "loop": 3}
    # Pillow's AVIF sequences take no EXIF data: it would end the process.
    said = {"xmp": SECRET.encode()} if kind == "AVIF" else {"exif": exif()}
    content = saved(first, kind, save_all=True, append_images=others, **said, **options)

    cleaned = strip(content, kind)

    assert SECRET.encode() not in cleaned
    assert len(frames(cleaned)) == 3
    assert frames(cleaned) == frames(content)
    assert opened(cleaned).info.get("loop") == opened(content).info.get("loop")


def test_the_second_picture_of_a_telephone_is_cleaned_too() -> None:
    first, second = photograph(), photograph(size=(16, 12))
    both = saved(opened(first), "MPO", save_all=True, append_images=[opened(second)], exif=exif())
    # Pillow writes the second one without metadata, so they are put in as a telephone does.
    index = both.index(b"MPF\0") + 4
    size, place = len(both), index + struct.unpack_from("<I", both, index + 50 + 16 + 8)[0]
    content = bytearray(both[:place] + second)
    struct.pack_into("<I", content, index + 50 + 16 + 4, len(second))
    assert size != len(content)

    cleaned = strip(bytes(content), "MPO")

    assert SECRET.encode() not in cleaned
    assert opened(cleaned).format == "MPO"
    assert frames(cleaned) == frames(bytes(content))


def test_an_interlaced_png_keeps_its_pixels() -> None:
    # A single pixel is in the first pass, whatever the interlacing.
    content = bytearray(saved(Image.new("L", (1, 1), 77), "PNG", exif=exif()))
    content[28] = 1
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))

    cleaned = strip(bytes(content), "PNG")

    assert opened(cleaned).info["interlace"] == 1
    assert opened(cleaned).getpixel((0, 0)) == 77


@pytest.mark.parametrize("kind", ["AVIF", "GIF", "JPEG", "PNG", "WEBP"])
def test_what_follows_the_picture_is_cut_or_free(kind: str) -> None:
    trailer = SECRET.encode()
    if kind == "AVIF":
        trailer = struct.pack(">I4s", 8 + len(trailer), b"uuid") + trailer

    assert SECRET.encode() not in strip(picture(kind) + trailer, kind)


def test_padding_behind_a_jpeg_goes() -> None:
    assert len(strip(noise(1_000_000), "JPEG")) < 20_000


@pytest.mark.parametrize("broken", [b"", b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff"])
def test_broken_exif_data_goes_and_does_no_harm(broken: bytes) -> None:
    segment = b"\xff\xe1" + struct.pack(">H", len(broken) + 2) + broken
    content = picture()

    assert strip(content[:2] + segment + content[2:], "JPEG") == content


def test_data_between_the_scans_of_a_jpeg_goes() -> None:
    content = saved(noisy("RGB"), "JPEG", progressive=True, comment=b"")
    place = content.rindex(b"\xff\xda")
    comment = b"\xff\xfe" + struct.pack(">H", len(SECRET) + 2) + SECRET.encode()

    assert strip(content[:place] + comment + content[place:], "JPEG") == content


def test_a_setting_keeps_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingestion, "KEEPS_METADATA", True)
    content = photograph()

    assert read_image(File("a", content)).content == content


def changed(content: bytes, place: int, code: str, *values: int) -> bytes:
    data = bytearray(content)
    struct.pack_into(code, data, place, *values)
    return bytes(data)


def tiff_value(content: bytes, tag: int) -> int:
    """Where a tag of the first directory has its value, or the place of that value."""
    (directory,) = struct.unpack_from("<I", content, 4)
    (count,) = struct.unpack_from("<H", content, directory)
    places = range(directory + 2, directory + 2 + 12 * count, 12)
    return next(at + 8 for at in places if struct.unpack_from("<H", content, at)[0] == tag)


@pytest.mark.parametrize(("tag", "kind", "count"), [(700, 1, 200), (0x8769, 4, 1)])
def test_a_tiff_whose_metadata_lie_in_its_picture_keeps_the_picture(
    tag: int, kind: int, count: int
) -> None:
    content = photograph("TIFF")
    (place,) = struct.unpack_from("<I", content, tiff_value(content, 273))
    content = changed(content, place + 100, "<HI", 0, 0)  # as a directory it would have no entries
    entry = tiff_value(content, 700) - 8
    content = changed(content, entry, "<HHII", tag, kind, count, place + 100)

    assert frames(strip(content, "TIFF")) == frames(content)


def test_an_avif_whose_metadata_lie_in_its_picture_keeps_the_picture() -> None:
    content = photograph("AVIF")
    xmp = struct.pack(">I", content.index(b"<x:xmpmeta>"))
    content = changed(content, content.index(xmp), ">I", len(content) - 400)

    assert frames(strip(content, "AVIF")) == frames(content)


def test_an_mpo_begins_with_its_first_picture_whatever_its_index_says() -> None:
    content = photograph("MPO")
    first_row = content.index(b"MPF\0") + 4 + 50
    content = changed(content, first_row + 8, "<I", 200)

    assert frames(strip(content, "MPO")) == frames(content)


def test_a_jpeg_that_is_none_without_its_metadata_is_refused() -> None:
    content = photograph()
    middle = (content.index(b"\xff\xda") + len(content)) // 2
    swallows_the_rest = b"\xff\xe1" + struct.pack(">H", 5000)

    with pytest.raises(InvalidInputError):
        read_image(File("a", content[:middle] + swallows_the_rest + content[middle:]))


def test_an_mpo_that_lists_one_picture_again_and_again_keeps_it_once() -> None:
    content = photograph("MPO")
    index_at, second_at = content.index(b"MPF\0") + 4, content.rindex(b"\xff\xd8\xff")
    length = 16 * 1001
    head = struct.pack("<2sHIHHHIII", b"II", 42, 8, 1, 0xB002, 7, length, 26, 0)
    offset = second_at - index_at + 8 + len(head) + length  # behind this index, before the old one
    rows = b"".join(
        struct.pack("<IIIHH", 0, len(content), place, 0, 0) for place in [0, *[offset] * 1000]
    )
    segment = b"\xff\xe2" + struct.pack(">H", 6 + len(head + rows)) + b"MPF\0" + head + rows

    cleaned = strip(content[: index_at - 8] + segment + content[index_at - 8 :], "MPO")

    assert frames(cleaned) == frames(content)
    assert len(cleaned) < len(content)


def test_a_tiff_that_lists_one_part_again_and_again_is_refused() -> None:
    entries = struct.pack("<HHII", 330, 4, 1000, 2000) * 100
    directory = struct.pack("<H", 100) + entries + bytes(4)
    content = (b"II*\0" + struct.pack("<I", 8) + directory).ljust(6000, b"\0")

    with pytest.raises(ValueError, match="larger than the file"):
        strip(content, "TIFF")


@pytest.mark.parametrize(
    ("kind", "empty", "end"),
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
def test_a_picture_of_countless_empty_parts_is_refused(kind: str, empty: bytes, end: int) -> None:
    content = picture(kind)
    place = len(content) - end
    content = content[:place] + empty * (MAX_PARTS + 1) + content[place:]
    if kind == "WEBP":
        content = changed(content, 4, "<I", len(content) - 8)
    opened(content).load()

    with pytest.raises(InvalidInputError):
        read_image(File("a", content))


def test_a_tiff_of_countless_empty_directories_is_refused() -> None:
    places = range(8, 8 + 6 * (MAX_PARTS + 1), 6)
    chain = b"".join(struct.pack("<HI", 0, place + 6) for place in places)

    with pytest.raises(ValueError, match="more directories than a picture has"):
        strip(b"II*\0" + struct.pack("<I", 8) + chain + bytes(6), "TIFF")


def test_an_avif_that_lists_places_without_bytes_is_refused() -> None:
    content = photograph("AVIF")
    box = content.index(b"iloc")
    content = changed(content, box + 8, ">B", 0)

    with pytest.raises(ValueError, match="places without bytes"):
        strip(content, "AVIF")


def test_a_tiff_with_more_entries_than_there_can_be_is_refused() -> None:
    first = saved(noisy("RGB"), "TIFF", big_tiff=True)
    (directory,) = struct.unpack_from("<Q", first, 8)
    (count,) = struct.unpack_from("<Q", first, directory)
    content = changed(first, directory + 8 + 20 * count, "<Q", len(first))

    with pytest.raises(InvalidInputError):
        read_image(File("a", content + struct.pack("<Q", 2**60)))


@given(st.sampled_from(SAYING), st.data())
def test_what_is_damaged_and_still_a_picture_shows_the_same(kind: str, data: st.DataObject) -> None:
    content = bytearray(photograph(kind))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        cleaned = read_image(File("a", bytes(content))).content
    except InvalidInputError:
        return

    with warnings.catch_warnings(action="ignore"):
        assert opened(cleaned).size == opened(bytes(content)).size
        opened(cleaned).load()
