"""AVIF: everything but the shown pictures is removed, and nothing moves."""

import io
import struct
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image, ImageSequence

from darkroom.images.metadata import avif
from darkroom.images.metadata.av1 import Sequence, read_sequence
from darkroom.images.metadata.parts import MAX_PARTS, TooManyPartsError, TruncatedError
from tests.support.images import SECRET, SRGB_PROFILE, exif

MARK = SECRET.encode()
CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"dinf", b"iprp", b"ipco", b"edts"}
HEADERS = {b"meta": 4, b"iinf": 6, b"iref": 4, b"stsd": 8, b"dref": 8, b"av01": 78}


def box(box_type: bytes, payload: bytes = b"") -> bytes:
    return struct.pack(">I4s", 8 + len(payload), box_type) + payload


def boxes(
    content: bytes, start: int = 0, end: int | None = None
) -> Iterator[tuple[bytes, int, int]]:
    """The type, offset and end of every box, at all depths."""
    end = len(content) if end is None else end
    while start < end:
        size, box_type = struct.unpack_from(">I4s", content, start)
        yield box_type, start, start + size
        if box_type in CONTAINERS or box_type in HEADERS:
            yield from boxes(content, start + 8 + HEADERS.get(box_type, 0), start + size)
        start += size
    assert start == end


def insert(content: bytes, parent: bytes, extra: bytes, *, at_end: bool = True) -> bytes:
    """The file with more bytes in the first box of a type, and with adjusted sizes and offsets."""
    found = list(boxes(content))
    _, start, end = next(entry for entry in found if entry[0] == parent)
    offset = end if at_end else start + 8 + HEADERS.get(parent, 0)
    data = bytearray(content[:offset] + extra + content[offset:])
    for box_type, box_start, box_end in found:
        if box_start <= start and end <= box_end:
            (size,) = struct.unpack_from(">I", content, box_start)
            struct.pack_into(">I", data, box_start, size + len(extra))
        if box_type in (b"iloc", b"stco"):
            at = box_start + (len(extra) if box_start >= offset else 0)
            shift = _shift_iloc if box_type == b"iloc" else _shift_stco
            shift(data, at, offset, len(extra))
    return bytes(data)


def _shift_iloc(data: bytearray, box_start: int, offset: int, length: int) -> None:
    """Pillow writes 32-bit offsets and lengths, and no base offsets."""
    assert data[box_start + 8] == 0 and data[box_start + 12 : box_start + 14] == b"\x44\0"
    position = box_start + 16
    for _ in range(struct.unpack_from(">H", data, box_start + 14)[0]):
        (extents,) = struct.unpack_from(">H", data, position + 4)
        position += 6
        for _ in range(extents):
            (start,) = struct.unpack_from(">I", data, position)
            struct.pack_into(">I", data, position, start + (length if start >= offset else 0))
            position += 8


def _shift_stco(data: bytearray, box_start: int, offset: int, length: int) -> None:
    (count,) = struct.unpack_from(">I", data, box_start + 12)
    for position in range(box_start + 16, box_start + 16 + 4 * count, 4):
        (start,) = struct.unpack_from(">I", data, position)
        struct.pack_into(">I", data, position, start + (length if start >= offset else 0))


def picture(mode: str = "RGB", angle: int = 0, size: tuple[int, int] = (64, 48)) -> Image.Image:
    gradient = Image.radial_gradient("L").resize(size).rotate(angle)
    image = Image.merge("RGB", [gradient, gradient.rotate(90), gradient])
    if mode == "RGBA":
        image.putalpha(gradient)
    return image.convert(mode)


def encode(*pictures: Image.Image, **options: Any) -> bytes:
    buffer = io.BytesIO()
    if pictures[1:]:
        options = {"save_all": True, "append_images": pictures[1:], "duration": 90} | options
    pictures[0].save(buffer, "AVIF", speed=10, **options)
    return buffer.getvalue()


def frames(content: bytes) -> list[Any]:
    with Image.open(io.BytesIO(content)) as image:
        return [
            (frame.mode, frame.size, frame.tobytes(), frame.info.get("duration"))
            for frame in ImageSequence.Iterator(image)
        ]


def open_image(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


SUBSAMPLING = ["4:2:0", "4:2:2", "4:4:4", "4:0:0"]
STILL = encode(picture("RGBA"), icc_profile=SRGB_PROFILE)
ANIMATION = encode(*[picture(angle=9 * n) for n in range(4)], duration=[90, 120, 150, 30])
ALPHA_ANIMATION = encode(*[picture("RGBA", angle=9 * n) for n in range(3)])
FILES = {"still": STILL, "animation": ANIMATION, "animation with alpha": ALPHA_ANIMATION}


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L"])
@pytest.mark.parametrize("subsampling", SUBSAMPLING)
@pytest.mark.parametrize("quality", [30, 100])
@pytest.mark.parametrize("count", [1, 3], ids=["still", "animation"])
def test_frames_and_colours_are_unchanged(
    mode: str, subsampling: str, quality: int, count: int
) -> None:
    content = encode(
        *[picture(mode, 9 * n) for n in range(count)],
        subsampling=subsampling,
        quality=quality,
        icc_profile=SRGB_PROFILE,
        xmp=MARK,
    )

    stripped = avif.strip(content)

    assert MARK in content
    assert MARK not in stripped
    assert frames(stripped) == frames(content)
    assert open_image(stripped).info["icc_profile"] == SRGB_PROFILE
    assert avif.strip(stripped) == stripped


@pytest.mark.parametrize(
    "options",
    [
        {"range": "limited"},
        {"alpha_premultiplied": True},
        {"tile_rows": 1, "tile_cols": 1},
    ],
    ids=str,
)
def test_every_encoding_is_unchanged(options: dict[str, Any]) -> None:
    content = encode(picture("RGBA", size=(600, 400)), **options)

    assert avif.strip(content) == content


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_orientation_is_kept(orientation: int) -> None:
    stripped = avif.strip(encode(picture(), exif=exif(orientation)))

    assert MARK not in stripped
    assert open_image(stripped).getexif().get(0x0112, 1) == orientation


def test_the_times_of_an_animation_are_removed() -> None:
    stripped = avif.strip(ANIMATION)

    for box_type, start, _ in boxes(stripped):
        if box_type in (b"mvhd", b"tkhd", b"mdhd"):
            size = 16 if stripped[start + 8] else 8
            assert not any(stripped[start + 12 : start + 12 + size])


UNKNOWN = [b"free", b"skip", b"uuid", b"udta", b"meta", b"sefd", b"mdat", b"abcd", b"moov", b"mpvd"]
PLACES = [b"moov", b"trak", b"mdia", b"minf", b"stbl", b"meta", b"ipco", b"dinf", b"av01"]
UNORDERED_PLACES = [b"moov", b"trak", b"mdia", b"minf", b"stbl", b"dinf"]


@pytest.mark.parametrize("box_type", UNKNOWN)
@pytest.mark.parametrize("name", FILES)
def test_a_secret_in_an_unknown_box_is_removed(name: str, box_type: bytes) -> None:
    content, extra = FILES[name], box(box_type, bytes(4) + MARK)
    offset = struct.unpack_from(">I", content)[0]
    between = (
        insert(content, b"ftyp", extra)[: offset + 0] + insert(content, b"ftyp", extra)[offset:]
    )
    between = struct.pack(">I", offset) + between[4:]

    for planted in (
        (content + extra, between) if box_type not in (b"meta", b"moov") else (content + extra,)
    ):
        assert MARK in planted
        stripped = avif.strip(planted)
        assert MARK not in stripped
        assert frames(stripped) == frames(content)
        assert avif.strip(stripped) == stripped
    if box_type != b"mdat":
        assert len(avif.strip(content + extra)) <= len(content)


@pytest.mark.parametrize("box_type", [b"free", b"uuid", b"udta", b"abcd", b"Exif"])
@pytest.mark.parametrize(
    ("place", "at_end"),
    [*((place, True) for place in PLACES), *((place, False) for place in UNORDERED_PLACES)],
    ids=lambda value: {True: "at the end", False: "at the start"}.get(value, str(value)),
)
def test_a_secret_in_an_unknown_box_of_a_known_box_is_removed(
    place: bytes, box_type: bytes, at_end: bool
) -> None:
    content = STILL if place == b"ipco" else ALPHA_ANIMATION
    planted = insert(content, place, box(box_type, bytes(16) + MARK), at_end=at_end)
    assert MARK in planted
    assert frames(planted) == frames(content)

    stripped = avif.strip(planted)

    assert MARK not in stripped
    assert frames(stripped) == frames(content)
    assert open_image(stripped).info.get("icc_profile") == open_image(content).info.get(
        "icc_profile"
    )


KNOWN = [b"hdlr", b"pitm", b"iloc", b"ispe", b"pixi", b"av1C", b"colr", b"auxC", b"ipma", b"infe"]
KNOWN_IN_TRACKS = [b"mvhd", b"tkhd", b"mdhd", b"vmhd", b"stts", b"stsc", b"stsz", b"stco", b"stss"]


@pytest.mark.parametrize("box_type", [*KNOWN, *KNOWN_IN_TRACKS, b"url "])
def test_a_secret_after_the_values_of_a_known_box_is_removed(box_type: bytes) -> None:
    content = STILL if box_type in KNOWN else ALPHA_ANIMATION
    planted = insert(content, box_type, MARK)
    assert MARK in planted

    stripped = avif.strip(planted)

    assert MARK not in stripped
    assert frames(stripped) == frames(content)


def test_unused_bytes_of_the_media_data_are_removed() -> None:
    for content in FILES.values():
        for at_end in (True, False):
            planted = insert(content, b"mdat", MARK, at_end=at_end)
            stripped = avif.strip(planted)

            assert MARK in planted
            assert MARK not in stripped
            assert frames(stripped) == frames(content)


def test_unknown_brands_and_versions_are_removed() -> None:
    content = insert(STILL, b"ftyp", MARK[:8])
    content = content[:12] + MARK[:4] + content[16:]

    stripped = avif.strip(content)

    assert MARK[:4] not in stripped
    assert MARK[4:8] not in stripped
    assert frames(stripped) == frames(STILL)


def test_the_names_of_items_handlers_and_encoders_are_removed() -> None:
    content = ANIMATION.replace(b"libavif\0", b"Casa471\0").replace(b"Color\0", b"Casa4\0")
    offset = content.index(b"av01", content.index(b"stsd")) + 4 + 42
    content = content[:offset] + b"\x05Casa4".ljust(32, b"\0") + content[offset + 32 :]

    stripped = avif.strip(content)

    assert b"Casa4" in content
    assert b"Casa4" not in stripped
    assert frames(stripped) == frames(ANIMATION)


def with_second_picture(reference: bytes, item_type: bytes = b"av01") -> bytes:
    """A file whose alpha channel is another picture or item, with another kind of reference."""
    content = STILL.replace(b"auxl", reference)
    offset = content.index(b"infe", content.index(b"infe") + 4) + 12
    return content[:offset] + item_type + content[offset + 4 :]


@pytest.mark.parametrize(
    ("reference", "item_type"),
    [(b"thmb", b"av01"), (b"cdsc", b"Exif"), (b"cdsc", b"mime"), (b"abcd", b"av01")],
)
def test_a_picture_that_is_not_shown_is_removed(reference: bytes, item_type: bytes) -> None:
    content = with_second_picture(reference, item_type)
    assert len(list(_spans(content))) == 2
    main, other = _spans(content)

    stripped = avif.strip(content)

    assert not any(stripped[other[0] : other[1]])
    assert stripped[main[0] : main[1]] == content[main[0] : main[1]]
    assert [frame[:2] for frame in frames(stripped)] == [("RGB", (64, 48))]


def _spans(content: bytes) -> Iterator[tuple[int, int]]:
    """The primary picture first."""
    position = content.index(b"iloc") + 12
    spans = []
    for _ in range(struct.unpack_from(">H", content, position - 2)[0]):
        item_id, _, _, start, size = struct.unpack_from(">HHHII", content, position)
        spans.append((item_id, (start, start + size)))
        position += 14
    return (span for _, span in sorted(spans))


@pytest.mark.parametrize("name", FILES)
def test_an_avif_that_ends_early_is_rejected(name: str) -> None:
    content = FILES[name]
    media = next(start for box_type, start, _ in boxes(content) if box_type == b"mdat")
    for length in range(media + 8, len(content) - 1, 7):
        with pytest.raises(TruncatedError):
            avif.strip(content[:length])


def full_iloc(count: bytes) -> bytes:
    """Version 2: 32-bit numbers of items, which have neither extents nor data."""
    return box(b"iloc", b"\2\0\0\0\x44\0" + count + bytes(64))


def test_a_second_list_of_items_is_ignored() -> None:
    """The first of 2**32 items took 29 seconds."""
    planted = STILL + box(b"meta", bytes(4) + full_iloc(b"\xff" * 4) + MARK.join([b"", b""]))

    assert avif.strip(planted) == STILL


def overwrite_count(box_type: bytes, offset: int, value: bytes, source: bytes = STILL) -> bytes:
    start = next(start for found, start, _ in boxes(source) if found == box_type) + 8 + offset
    return source[:start] + value + source[start + len(value) :]


COUNTS = {
    "items": overwrite_count(b"iloc", 6, b"\xff\xff"),
    "extents": overwrite_count(b"iloc", 12, b"\xff\xff"),
    "associations": overwrite_count(b"ipma", 4, b"\xff" * 4),
    "references": overwrite_count(b"auxl", 2, b"\xff\xff"),
    "frames": overwrite_count(b"stsz", 8, b"\xff" * 4, ANIMATION),
    "frames of one size": overwrite_count(b"stsz", 4, b"\0\0\0\1\xff\xff\xff\xff", ANIMATION),
    "chunks": overwrite_count(b"stco", 4, b"\xff" * 4, ANIMATION),
    "runs of chunks": overwrite_count(b"stsc", 4, b"\xff" * 4, ANIMATION),
    "times": overwrite_count(b"stts", 4, b"\xff" * 4, ANIMATION),
    "more items than entries": overwrite_count(b"iloc", 6, b"\0\xff"),
    "more frames than entries": overwrite_count(b"stsz", 8, b"\0\0\0\xff", ANIMATION),
    "items in version 2": STILL.replace(
        STILL[STILL.index(b"iloc") - 4 :][:36], full_iloc(b"\xff" * 4)[:12].ljust(36, b"\xff")
    ),
}


@pytest.mark.parametrize("name", COUNTS)
def test_a_count_above_the_entries_of_its_box_is_rejected(name: str) -> None:
    with pytest.raises(ValueError, match=r"more than|exceed|early|ends"):
        avif.strip(COUNTS[name])


@pytest.mark.parametrize("place", [None, *PLACES, b"iinf", b"iref", b"stsd"])
def test_an_avif_of_too_many_boxes_is_rejected(place: bytes | None) -> None:
    extra = box(b"free") * (MAX_PARTS + 1)
    content = insert(ALPHA_ANIMATION, place, extra) if place else STILL + extra
    error = ValueError if place in (b"iinf", b"iref") else TooManyPartsError

    with pytest.raises(error):
        avif.strip(content)


@pytest.mark.parametrize("container", [b"moov", b"trak", b"meta", b"ipco", b"stsd", b"abcd"])
def test_nested_boxes_are_not_followed(container: bytes) -> None:
    nested = MARK
    for _ in range(5_000):
        nested = box(container, nested)

    for content in (STILL + nested, insert(ALPHA_ANIMATION, b"moov", nested)):
        assert MARK not in avif.strip(content)


def test_overlapping_pictures_are_limited() -> None:
    """Every item of a small file can refer to all of its data."""
    assert avif.strip(STILL)
    track = next(ANIMATION[start:end] for found, start, end in boxes(ANIMATION) if found == b"trak")
    content = ANIMATION
    for _ in range(12):
        content = insert(content, b"moov", track)

    with pytest.raises((TooManyPartsError, ValueError)):
        avif.strip(content)


def bits(*fields: tuple[int, int]) -> bytes:
    """Numbers of the given sizes, followed by zeroes."""
    text = "".join(f"{value:0{size}b}" for value, size in fields) + "0" * 64
    return int(text[: len(text) // 8 * 8], 2).to_bytes(len(text) // 8)


def sequence_header(profile: int, *colours: tuple[int, int]) -> bytes:
    """The header of a still picture of 9,000 x 5,000 pixels."""
    sizes = [(13, 4), (12, 4), (8_999, 14), (4_999, 13)]
    return bits((profile, 3), (1, 1), (1, 1), (0, 5), *sizes, (0, 6), *colours)


@pytest.mark.parametrize(
    ("header", "depth", "samples"),
    [
        (sequence_header(0, (0, 1), (0, 1), (0, 1)), 8, 1.5),
        (sequence_header(0, (1, 1), (0, 1), (0, 1)), 10, 1.5),
        (sequence_header(0, (1, 1), (1, 1)), 10, 1),
        (sequence_header(1, (0, 1), (0, 1)), 8, 3),
        (sequence_header(1, (1, 1), (1, 1), (0x090F09, 24)), 10, 3),
        (sequence_header(2, (0, 1), (0, 1), (0, 1)), 8, 2),
        (sequence_header(2, (1, 1), (1, 1), (0, 1), (0, 1), (0, 1), (0, 1)), 12, 3),
        (sequence_header(2, (1, 1), (1, 1), (0, 1), (0, 1), (0, 1), (1, 1), (0, 1)), 12, 2),
        (sequence_header(2, (1, 1), (1, 1), (0, 1), (0, 1), (0, 1), (1, 1), (1, 1)), 12, 1.5),
        (sequence_header(2, (1, 1), (1, 1), (1, 1)), 12, 1),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else str(value),
)
def test_the_depth_and_the_samples_of_a_picture_are_read(
    header: bytes, depth: int, samples: float
) -> None:
    sequence = read_sequence(header)

    assert sequence == Sequence(9_000, 5_000, depth, samples)
    assert sequence.decoded_bytes == 45_000_000 * samples * (1 if depth == 8 else 2)


@pytest.mark.parametrize(
    ("subsampling", "samples"), list(zip(SUBSAMPLING, [1.5, 2, 3, 1], strict=True))
)
@pytest.mark.parametrize("count", [1, 3], ids=["still", "animation"])
def test_the_memory_of_a_decoded_picture_is_known(
    subsampling: str, samples: float, count: int
) -> None:
    content = encode(*[picture(angle=9 * n) for n in range(count)], subsampling=subsampling)
    file = avif._File(content)

    for sequence, _ in file.sequences():
        assert sequence == Sequence(64, 48, 8, samples)
