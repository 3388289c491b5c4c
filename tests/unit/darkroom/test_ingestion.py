"""Ingestion accepts only files that decode as an image and are within the limits."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from darkroom.errors import DarkroomError, InvalidInputError, TooLargeError
from darkroom.images import ingestion
from darkroom.images.formats import FORMATS
from darkroom.images.ingestion import File, read_image, read_images, safe_name
from tests.support.images import bomb, picture


@pytest.mark.parametrize("format_name", FORMATS)
def test_the_format_is_detected_from_the_content(format_name: str) -> None:
    image = read_image(File("holiday.exe", picture(format_name)))

    assert image.format == FORMATS[format_name]


def test_the_content_of_a_file_without_metadata_is_unchanged() -> None:
    content = picture()

    assert read_image(File("a.jpg", content)).content == content


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_png_mode_is_accepted(mode: str) -> None:
    buffer = io.BytesIO()
    Image.new(mode, (8, 8)).save(buffer, "PNG")

    assert read_image(File("a.png", buffer.getvalue())).format.extension == "png"


@pytest.mark.parametrize("options", [{"progressive": True}, {"quality": 1}, {"subsampling": 2}])
def test_every_jpeg_encoding_is_accepted(options: dict[str, int]) -> None:
    buffer = io.BytesIO()
    Image.new("CMYK", (64, 64)).save(buffer, "JPEG", **options)

    assert read_image(File("a.jpg", buffer.getvalue())).format.extension == "jpg"


def test_an_animation_is_accepted() -> None:
    buffer = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), (shade, 0, 0)) for shade in (0, 99, 199)]
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:])

    assert read_image(File("a.gif", buffer.getvalue())).format.extension == "gif"


def test_the_pixel_limit_is_checked_before_decoding() -> None:
    with pytest.raises(InvalidInputError, match="more than 50000000 pixels"):
        read_image(File("bomb.png", bomb()))


def test_a_file_over_the_file_limit_is_too_large() -> None:
    content = picture()

    with pytest.raises(TooLargeError):
        read_image(File("a.jpg", content), max_bytes=len(content) - 1)


def test_files_over_the_upload_limit_are_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    content = picture()
    monkeypatch.setattr(ingestion, "MAX_UPLOAD_BYTES", 2 * len(content))

    assert len(read_images([File("a.jpg", content)] * 2)) == 2
    with pytest.raises(TooLargeError):
        read_images([File("a.jpg", content)] * 3)


@given(st.sampled_from(sorted(FORMATS)), st.data())
def test_a_damaged_file_is_accepted_or_raises_an_error_with_its_name(
    format_name: str, data: st.DataObject
) -> None:
    content = bytearray(picture(format_name))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    length = data.draw(st.integers(1, len(content)))

    try:
        read_image(File("a", bytes(content[:length])))
    except DarkroomError as error:
        assert error.message.endswith(": a")


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a.jpg", "a.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\pictures\\a.jpg", "a.jpg"),
        ("a\n\u202eb\x00.jpg", "ab.jpg"),
        ("", "unnamed"),
        ("/", "unnamed"),
        ("x" * 300, "x" * 100),
    ],
)
def test_a_safe_name_is_the_printable_last_part_of_a_path(name: str, safe: str) -> None:
    assert safe_name(name) == safe
