"""Time and memory of ingestion are limited, for every file and for all files of a request."""

from pathlib import Path

import pytest

from darkroom.errors import (
    DecodingTimeoutError,
    ImageMemoryError,
    InvalidInputError,
    TooManyImagePartsError,
    TooManyPixelsError,
)
from darkroom.images import decoding
from darkroom.images.budget import MAX_SECONDS, Budget
from darkroom.images.formats import FORMATS
from darkroom.images.ingestion import File, read_image, read_images
from tests.support.hostile_files import (
    animation,
    avif_with_endless_items,
    gif_with_oversized_frame,
    jpeg_of_fill_bytes,
    jpeg_with_many_scans,
    lossless_webp,
    noisy_fax,
    oversized,
    tiff_of_strips,
    uniform,
)
from tests.support.images import picture
from tests.support.peak_memory import peak_memory

MEGABYTE = 1_000_000


@pytest.mark.parametrize("format_name", [name for name in FORMATS if name != "MPO"])
def test_an_image_whose_header_states_too_many_pixels_is_rejected(format_name: str) -> None:
    with pytest.raises(TooManyPixelsError, match="more than 50000000 pixels: a"):
        read_image(File("a", oversized(format_name)))


def test_a_frame_with_more_pixels_than_the_header_states_is_rejected() -> None:
    with pytest.raises(TooManyPixelsError):
        read_image(File("a", gif_with_oversized_frame()))


def test_the_frames_of_an_animation_count_together(monkeypatch: pytest.MonkeyPatch) -> None:
    content = animation(frames=30, side=10)
    assert read_image(File("a", content)).content

    monkeypatch.setattr(decoding, "MAX_ANIMATION_PIXELS", 2_999)
    with pytest.raises(TooManyPixelsError, match="The frames have more than 2999 pixels"):
        read_image(File("a", content))


def test_the_pixels_of_all_images_of_a_request_are_limited() -> None:
    files = [File("a", uniform("PNG", 100, 100))] * 4

    assert len(read_images(files, Budget(pixels=40_000))) == 4
    with pytest.raises(TooManyPixelsError, match="pixels together"):
        read_images(files, Budget(pixels=39_999))


def test_fifty_small_files_of_many_pixels_are_rejected() -> None:
    files = [File("a", lossless_webp(7000))] * 50

    with pytest.raises(TooManyPixelsError, match="pixels together"):
        read_images(files, Budget(pixels=100 * MEGABYTE))


def test_fifty_photographs_of_twenty_megapixels_fit_into_the_budget() -> None:
    """A JPEG is decoded at an eighth of its size."""
    budget = Budget()
    read_image(File("a", uniform("JPEG", 5000, 4000)), budget)

    assert 50 * (Budget().pixels - budget.pixels) < Budget().pixels


def test_the_parts_of_all_files_of_a_request_are_limited() -> None:
    budget = Budget()
    read_image(File("a", picture("PNG")), budget)
    parts = Budget().parts - budget.parts
    assert parts == 3  # IHDR, IDAT, IEND

    with pytest.raises(TooManyImagePartsError, match="parts together"):
        read_images([File("a", picture("PNG"))] * 3, Budget(parts=2 * parts))


def test_the_time_of_all_files_of_a_request_is_limited() -> None:
    budget = Budget()
    read_images([File("a", picture())] * 2, budget)
    assert 0 < budget.seconds < MAX_SECONDS

    with pytest.raises(DecodingTimeoutError, match="longer than 10 seconds to decode: a"):
        read_image(File("a", picture()), Budget(seconds=0))


@pytest.mark.parametrize(
    "content",
    [jpeg_with_many_scans(1500), jpeg_of_fill_bytes(), tiff_of_strips(200_000)],
    ids=["JPEG scans", "JPEG fill bytes", "TIFF strips"],
)
def test_a_file_with_too_many_parts_is_rejected_within_the_budget(content: bytes) -> None:
    budget = Budget(seconds=5)
    with pytest.raises(InvalidInputError):
        read_image(File("a", content), budget)

    assert budget.seconds > 0


def test_an_unused_list_of_endless_items_is_removed() -> None:
    content = avif_with_endless_items()

    assert len(read_image(File("a", content), Budget(seconds=5)).content) < len(content)


def test_an_image_that_needs_more_memory_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    content = uniform("PNG", 7000, 7000)
    monkeypatch.setattr(decoding, "MAX_MEMORY", 50 * MEGABYTE)

    with pytest.raises(ImageMemoryError, match="too much memory to decode: a"):
        read_image(File("a", content))


@pytest.mark.parametrize(
    ("format_name", "mode", "options"),
    [
        ("AVIF", "RGBA", {"speed": 10, "subsampling": "4:4:4"}),
        ("WEBP", "RGBA", {"method": 0}),
        ("PNG", "RGBA", {"compress_level": 1}),
        ("JPEG", "RGB", {"progressive": True}),
        ("GIF", "P", {}),
        ("TIFF", "RGBA", {"compression": "tiff_lzw"}),
    ],
)
def test_an_image_needs_at_most_thirteen_bytes_for_each_pixel(
    tmp_path: Path, format_name: str, mode: str, options: dict[str, object]
) -> None:
    """At 50 megapixels, these are 650 MB."""
    side = 2000
    (tmp_path / "image").write_bytes(uniform(format_name, side, side, mode, **options))

    assert peak_memory(tmp_path / "image") < 80 * MEGABYTE + 13 * side * side


def test_a_decoder_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    read_image(File("a", noisy_fax()))

    assert capfd.readouterr() == ("", "")
