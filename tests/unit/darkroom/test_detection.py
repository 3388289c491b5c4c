"""A file is accepted or rejected by what it is, which its bytes show, and the message names it."""

from typing import Any

import pytest

from darkroom.errors import (
    InvalidInputError,
    NotAnImageError,
    TruncatedImageError,
    UnsupportedImageKindError,
)
from darkroom.images.detection import detect
from darkroom.images.formats import FORMATS
from darkroom.images.ingestion import File, read_image
from tests.support.images import photograph, picture
from tests.support.rejected_files import (
    DOCUMENTS,
    DRAWINGS,
    UNKNOWN_FILES,
    UNSUPPORTED_IMAGES,
    boxes,
    tiff,
)


def cases(files: dict[str, list[bytes]]) -> list[Any]:
    return [
        pytest.param(kind, content, id=f"{kind} {number}")
        for kind, contents in files.items()
        for number, content in enumerate(contents, start=1)
    ]


def rejection(content: bytes) -> tuple[type[Exception], str]:
    with pytest.raises(InvalidInputError) as caught:
        read_image(File("a.jpg", content))
    return caught.type, caught.value.message


@pytest.mark.parametrize("format_name", FORMATS)
def test_every_accepted_format_is_detected(format_name: str) -> None:
    assert detect(picture(format_name)).format == format_name.replace("MPO", "JPEG")
    if format_name != "BMP":
        assert detect(photograph(format_name)).format == format_name


@pytest.mark.parametrize(("kind", "content"), cases(UNSUPPORTED_IMAGES))
def test_an_image_of_another_format_is_rejected_by_its_name(kind: str, content: bytes) -> None:
    message = f"{kind} is not supported: send JPEG, PNG or WebP (a.jpg)"

    assert rejection(content) == (UnsupportedImageKindError, message)


@pytest.mark.parametrize(("kind", "content"), cases(DOCUMENTS))
def test_a_document_is_rejected_by_its_kind(kind: str, content: bytes) -> None:
    message = f"The file is {kind}, not an image: a.jpg"

    assert rejection(content) == (NotAnImageError, message)


@pytest.mark.parametrize("content", DRAWINGS, ids=range(len(DRAWINGS)))
def test_an_svg_is_rejected_because_it_may_contain_scripts(content: bytes) -> None:
    message = "SVG is not supported: send JPEG, PNG or WebP (a.jpg)"

    assert rejection(content) == (NotAnImageError, message)


@pytest.mark.parametrize("content", UNKNOWN_FILES, ids=range(len(UNKNOWN_FILES)))
def test_unknown_bytes_are_not_a_valid_image(content: bytes) -> None:
    assert rejection(content) == (NotAnImageError, "File is not a valid image: a.jpg")


@pytest.mark.parametrize("brand", [b"avif", b"avis"])
@pytest.mark.parametrize("major", [b"mif1", b"msf1", b"heic"])
def test_a_file_with_an_avif_brand_is_no_heic(major: bytes, brand: bytes) -> None:
    assert detect(boxes(major, b"miaf", brand)).format == "AVIF"


def test_a_brand_after_the_list_of_brands_is_ignored() -> None:
    assert detect(boxes(b"heic") + b"avif").name == "HEIC"


@pytest.mark.parametrize(
    "content",
    [tiff((262, 3, 2)), tiff((271, 4, 0), (262, 3, 6)), tiff((330, 4, 8)), tiff((330, 4, 9999))],
    ids=["RGB", "maker", "directory that refers to itself", "directory after the end"],
)
def test_other_tiff_files_are_no_raw_photos(content: bytes) -> None:
    assert detect(content).format == "TIFF"


@pytest.mark.parametrize("format_name", FORMATS)
@pytest.mark.parametrize("share", [0.3, 0.5, 0.8])
def test_a_file_that_ends_within_its_image_is_rejected_with_this_reason(
    format_name: str, share: float
) -> None:
    content = picture(format_name, (200, 150))

    assert rejection(content[: int(share * len(content))]) == (
        TruncatedImageError,
        "The file ends early: a.jpg",
    )


def test_an_mpo_with_a_damaged_index_is_its_first_image() -> None:
    content = photograph("MPO")
    index = content.index(b"MPF\0") + 4
    damaged = content[:index] + b"\xff" * 8 + content[index + 8 :]

    image = read_image(File("a.jpg", damaged))

    assert image.format.content_type == "image/jpeg"
    assert b"MPF\0" not in image.content


def test_a_jpeg_with_a_gain_map_is_no_mpo() -> None:
    gain_map = b' hdrgm:Version="1.0"'
    content = photograph("MPO", xmp=gain_map)

    assert detect(content).format == "JPEG"
