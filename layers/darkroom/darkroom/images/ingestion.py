"""Every image that enters passes here: size, real type and pixels are checked on its bytes, and
what they say beside the picture is taken out."""

import io
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from darkroom import settings
from darkroom.errors import (
    EmptyFileError,
    InvalidInputError,
    NotAnImageError,
    TooLargeError,
    TooManyPixelsError,
    UnsupportedFormatError,
)
from darkroom.images import metadata
from darkroom.images.formats import FORMATS, Image

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

MAX_FILE_BYTES = settings.integer("MAX_FILE_BYTES")
MAX_UPLOAD_BYTES = settings.integer("MAX_UPLOAD_BYTES")
MAX_PIXELS = settings.integer("MAX_PIXELS")
KEEPS_METADATA = settings.text("KEEP_IMAGE_METADATA") == "true"

# MPO is what phones make of two JPEGs: Pillow opens it as a JPEG and then names it so.
_OPENERS = [name for name in FORMATS if name != "MPO"]


@dataclass(frozen=True)
class File:
    """A file as a caller sent it: nothing about it has been believed yet."""

    name: str
    content: bytes


def read_images(files: Iterable[File]) -> list[Image]:
    """The files as images, in their order. Raises `InvalidInputError` or `TooLargeError`."""
    images, size = [], 0
    for file in files:
        size += len(file.content)
        if size > MAX_UPLOAD_BYTES:
            raise TooLargeError(f"The files are larger than {MAX_UPLOAD_BYTES} bytes together")
        images.append(read_image(file))
    return images


def read_image(file: File, signatures: tuple[bytes, ...] = ()) -> Image:
    """The file as an image, without its metadata unless the settings keep them; where there are
    signatures, it must begin with one of them.

    Raises `InvalidInputError` or `TooLargeError`, naming the file.
    """
    name = safe_name(file.name)
    if not file.content:
        raise EmptyFileError(f"File is empty: {name}")
    if len(file.content) > MAX_FILE_BYTES:
        raise TooLargeError(f"File is larger than {MAX_FILE_BYTES} bytes: {name}")
    if signatures and not file.content.startswith(signatures):
        raise UnsupportedFormatError(f"File has an unsupported format: {name}")
    return _decode(file.content, name)


def safe_name(name: str) -> str:
    """The last part of a file name, printable and short enough for an error message."""
    last = re.split(r"[/\\]", name)[-1]
    return "".join(char for char in last if char.isprintable())[:100] or "unnamed"


def _decode(content: bytes, name: str) -> Image:
    # Pillow's decoders raise whatever their input makes them stumble over, and warn of odd
    # metadata that is no concern of ours.
    try:
        with warnings.catch_warnings(action="ignore"):
            with _open(content) as picture:
                kind = str(picture.format)
            cleaned = content if KEEPS_METADATA else metadata.strip(content, kind)
            # What is kept has to be a picture, whatever a damaged file says of itself.
            _load(cleaned, name)
            return Image(cleaned, FORMATS[kind])
    except InvalidInputError:
        raise
    except Exception as error:
        raise NotAnImageError(f"File is not a valid image: {name}") from error


def _load(content: bytes, name: str) -> None:
    with _open(content) as picture:
        if picture.width * picture.height > MAX_PIXELS:
            raise TooManyPixelsError(f"Image has more than {MAX_PIXELS} pixels: {name}")
        # A JPEG is decoded at an eighth of its size: all of its data is read, at little memory.
        picture.draft(None, (1, 1))
        picture.load()


def _open(content: bytes) -> "Picture":
    """The picture as its header tells it."""
    # Most requests have no image, and every cold start would have to load Pillow.
    from PIL import Image as Pillow

    Pillow.MAX_IMAGE_PIXELS = None  # our own limit replaces its guess at what a bomb is
    return Pillow.open(io.BytesIO(content), formats=_OPENERS)
