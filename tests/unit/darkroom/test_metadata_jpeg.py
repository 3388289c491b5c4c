"""A stripped JPEG contains only what decoders use, and all of its picture."""

import io
import struct
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from darkroom.images.metadata import strip
from darkroom.images.metadata.exif import orientation_only_exif
from darkroom.images.metadata.jpeg import MAX_SCANS
from darkroom.images.metadata.parts import MAX_PARTS, TooManyPartsError, TruncatedError
from tests.support.images import SRGB_PROFILE, photograph

SECRET = b"Casa 4711, Madrid"
PROFILE = len(SRGB_PROFILE).to_bytes(4) + SRGB_PROFILE[4:]
JFIF = b"JFIF\0\1\2\0\0\1\0\1"
SOS = b"\xff\xda"


def encode(mode: str = "RGB", size: tuple[int, int] = (67, 45), **options: Any) -> bytes:
    image = Image.open(io.BytesIO(photograph("PNG", size=size))).convert(mode)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", **options)
    return buffer.getvalue()


def pixels(content: bytes) -> tuple[str, tuple[int, int], bytes]:
    with Image.open(io.BytesIO(content)) as image:
        return image.mode, image.size, image.tobytes()


def segment(marker: int, payload: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def insert(content: bytes, marker: bytes, data: bytes) -> bytes:
    """The content with data before the first occurrence of a marker."""
    offset = content.index(marker, 2)
    return content[:offset] + data + content[offset:]


def encodings() -> Iterator[tuple[str, dict[str, Any]]]:
    for mode, progressive, restart in product(["RGB", "L", "CMYK"], [False, True], [0, 1]):
        yield mode, {"progressive": progressive, "restart_marker_blocks": restart}
    for subsampling, quality in product(["4:4:4", "4:2:2", "4:2:0", "4:1:1"], [5, 75, 100]):
        yield "RGB", {"subsampling": subsampling, "quality": quality, "optimize": quality == 5}
    yield "RGB", {"keep_rgb": True}
    yield "RGB", {"restart_marker_rows": 1, "progressive": True, "dpi": (300, 300)}
    yield "RGB", {"icc_profile": PROFILE}


@pytest.mark.parametrize(("mode", "options"), list(encodings()), ids=str)
def test_a_file_that_contains_only_a_picture_is_unchanged(
    mode: str, options: dict[str, Any]
) -> None:
    content = encode(mode, **options)

    assert strip(content, "JPEG") == content


PLACES = {
    "thumbnail of JFIF": (b"\xff\xdb", segment(0xE0, JFIF + b"\1\6" + SECRET + b"\0")),
    "tail of JFIF": (b"\xff\xdb", segment(0xE0, JFIF + b"\0\0" + SECRET)),
    "extension of JFIF": (b"\xff\xdb", segment(0xE0, b"JFXX\0\x10" + SECRET)),
    "tail of Adobe's segment": (SOS, segment(0xEE, b"Adobe\0\x64\0\0\0\0\1" + SECRET)),
    "repeated Adobe segments": (SOS, segment(0xEE, b"Adobe" + SECRET[:6] + b"\1") * 2),
    "colour profile with missing chunks": (
        b"\xff\xdb",
        segment(0xE2, b"ICC_PROFILE\0\1\2" + PROFILE + SECRET),
    ),
    "tail of the colour profile": (
        b"\xff\xdb",
        segment(0xE2, b"ICC_PROFILE\0\1\1" + PROFILE + SECRET),
    ),
    "no colour profile": (b"\xff\xdb", segment(0xE2, b"ICC_PROFILE\0\1\1" + SECRET * 20)),
    "unknown segment": (b"\xff\xdb", segment(0xE9, SECRET)),
    "comment": (b"\xff\xdb", segment(0xFE, SECRET)),
    "number of lines": (SOS, segment(0xDC, SECRET)),
    "fill bytes": (SOS, b"\xff" * 9),
    "bytes between segments": (SOS, SECRET),
    "segment after the scan": (b"\xff\xd9", segment(0xE0, JFIF + b"\0\0" + SECRET)),
    "bytes after the last segment": (b"\xff\xd9", segment(0xFE, SECRET) + SECRET),
    "unused quantization table": (SOS, segment(0xDB, b"\3" + SECRET.ljust(64, b"\1"))),
    "unused Huffman table": (
        SOS,
        segment(0xC4, b"\x13" + bytes([0] * 15 + [len(SECRET)]) + SECRET),
    ),
    "replaced restart interval": (SOS, segment(0xDD, b"Ca") + segment(0xDD, b"\0\0")),
}


@pytest.mark.parametrize(("marker", "data"), PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("options", [{}, {"progressive": True}], ids=["baseline", "progressive"])
def test_nothing_but_the_picture_remains(
    options: dict[str, Any], marker: bytes, data: bytes
) -> None:
    content = insert(encode(**options), marker, data) + SECRET

    stripped = strip(content, "JPEG")

    assert data not in stripped
    assert SECRET[:6] not in stripped
    assert pixels(stripped) == pixels(content)


@pytest.mark.parametrize("number", [*range(0x01, 0xC0, 7), 0x9F])
def test_an_invalid_marker_in_a_scan_with_restart_markers_loses_nothing(number: int) -> None:
    content = encode(restart_marker_blocks=1)
    offset = content.index(b"\xff\xd1") - 4
    content = content[:offset] + bytes([0xFF, number]) + content[offset + 2 :]

    assert strip(content, "JPEG") == content


@given(st.integers(0xC0, 0xFE), st.integers(0, 900))
def test_a_marker_in_a_scan_is_read_as_decoders_read_it(number: int, position: int) -> None:
    content = encode(restart_marker_blocks=1)
    offset = content.index(SOS) + 20 + position
    content = content[:offset] + bytes([0xFF, number]) + content[offset + 2 :]
    try:
        stripped, expected = strip(content, "JPEG"), pixels(content)
    except (ValueError, OSError):
        return

    assert pixels(stripped) == expected


@pytest.mark.parametrize(
    "data",
    [
        segment(0xE1, b"") * (MAX_PARTS + 1),
        segment(0xDD, b"\0\0") * (MAX_PARTS + 1),
        segment(0xDB, b"") * (MAX_PARTS + 1),
    ],
    ids=["application segments", "restart intervals", "empty tables"],
)
def test_a_file_with_too_many_segments_is_rejected(data: bytes) -> None:
    with pytest.raises(TooManyPartsError):
        strip(insert(encode(), SOS, data), "JPEG")


def scans(count: int) -> bytes:
    """A progressive JPEG with the given number of scans."""
    content = encode(progressive=True)
    last = content.rindex(SOS)
    return content[:last] + content[last:-2] * (count - content.count(SOS) + 1) + b"\xff\xd9"


def test_a_file_with_too_many_scans_is_rejected() -> None:
    assert pixels(strip(scans(MAX_SCANS), "JPEG")) == pixels(scans(MAX_SCANS))
    with pytest.raises(TooManyPartsError, match="scans"):
        strip(scans(MAX_SCANS + 1), "JPEG")


def test_a_large_file_has_fewer_scans() -> None:
    content = scans(21)
    frame = content.index(b"\xff\xc2")
    content = content[: frame + 5] + struct.pack(">HH", 10_000, 5_000) + content[frame + 9 :]

    with pytest.raises(TooManyPartsError, match="scans"):
        strip(content, "JPEG")


@pytest.mark.parametrize("marker", [SOS, b"\xff\xd9"], ids=["header", "scan"])
def test_ten_million_fill_bytes_are_removed(marker: bytes) -> None:
    content = encode()

    assert strip(insert(content, marker, b"\xff" * 10_000_000), "JPEG") == content


@pytest.mark.parametrize("end", [b"", b"\xff" * 10_000_000, b"\xff\0" * 5_000_000, SECRET])
def test_a_file_without_a_scan_is_reported_as_truncated(end: bytes) -> None:
    content = encode()

    with pytest.raises(TruncatedError):
        strip(content[: content.index(SOS)] + end, "JPEG")


def test_a_file_with_too_many_tables_is_rejected() -> None:
    empty_tables = segment(0xC4, bytes(17 * 3854)) * 20

    with pytest.raises(TooManyPartsError, match="parts"):
        strip(insert(encode(), SOS, empty_tables), "JPEG")


@pytest.mark.parametrize("length", [3, 20, 300])
def test_a_file_that_ends_within_a_segment_is_reported_as_truncated(length: int) -> None:
    with pytest.raises(TruncatedError):
        strip(encode()[:length] + b"\xff\xfe\xff\xff", "JPEG")


@pytest.mark.parametrize("marker", [0x02, 0xBF, 0xC8, 0xD8, 0xDE, 0xF0, 0xFD])
def test_markers_that_decoders_reject_are_rejected(marker: int) -> None:
    with pytest.raises(ValueError, match="unknown marker"):
        strip(insert(encode(), SOS, bytes([0xFF, marker])), "JPEG")


@pytest.mark.parametrize("order", ["<", ">"], ids=["little-endian", "big-endian"])
@pytest.mark.parametrize(("code", "value_type"), [("B", 1), ("H", 3), ("I", 4)])
def test_the_orientation_is_read_without_the_other_values(
    order: str, code: str, value_type: int
) -> None:
    head = {"<": b"II*\0", ">": b"MM\0*"}[order]
    endless = struct.pack(f"{order}HHII", 0x010F, 2, 2**32 - 1, 0) * 60_000
    entry = struct.pack(f"{order}HHI", 0x0112, value_type, 1) + struct.pack(order + code, 6)
    directory = struct.pack(f"{order}IH", 8, 60_001) + endless + entry

    reduced = Image.Exif()
    reduced.load(b"Exif\0\0" + orientation_only_exif(head + directory))
    assert dict(reduced) == {0x0112: 6}


@pytest.mark.parametrize("part", ["gap", "second image", "end"])
def test_nothing_but_the_pictures_of_an_mpo_remains(part: str) -> None:
    content = photograph("MPO")
    second = content.rindex(b"\xff\xd8\xff")
    # Data before the second image moves it: only the gap is part of its index then.
    offset = {"gap": second - 2, "second image": second + 2, "end": len(content)}[part]
    data = segment(0xFE, SECRET) if part == "second image" else SECRET
    if part == "gap":
        content = content[:offset] + segment(0xFE, SECRET) + content[offset:]
        index = content.index(b"MPF\0") + 4
        (position,) = struct.unpack_from("<I", content, index + 50 + 16 + 8)
        moved = struct.pack("<I", position + len(SECRET) + 4)
        content = content[: index + 74] + moved + content[index + 78 :]
    else:
        content = content[:offset] + data + content[offset:]

    stripped = strip(content, "MPO")

    assert b"Casa" not in stripped
    assert pixels(stripped) == pixels(content)
    assert getattr(Image.open(io.BytesIO(stripped)), "n_frames", 1) == 2


def test_an_mpo_with_too_many_segments_is_rejected() -> None:
    content = photograph("MPO")
    second = content.rindex(b"\xff\xd8\xff")
    empty = segment(0xE5, b"") * (MAX_PARTS - 5)

    with pytest.raises(TooManyPartsError):
        strip(content[: second + 2] + empty + content[second + 2 :], "MPO")
