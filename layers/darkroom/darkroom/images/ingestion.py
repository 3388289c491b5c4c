"""Ingestion: checks every uploaded file's size, format and pixels, and removes its metadata."""

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
    from PIL.Image import Image as PillowImage

MAX_FILE_BYTES = 10 * 1024 * 1024
MAX_UPLOAD_BYTES = 100 * 1024 * 1024  # of all files of a request together
MAX_PIXELS = 50_000_000  # of one image
KEEPS_METADATA = settings.text("KEEP_IMAGE_METADATA") == "true"

# Pillow opens an MPO file, the two JPEGs of a phone, as JPEG and then reports it as MPO.
_OPENED_FORMATS = [name for name in FORMATS if name != "MPO"]


@dataclass(frozen=True)
class File:
    """A file as the caller sent it, not yet checked."""

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


def read_image(
    file: File, *, max_bytes: int = MAX_FILE_BYTES, signatures: tuple[bytes, ...] = ()
) -> Image:
    """The file as an image, without its metadata unless `KEEP_IMAGE_METADATA` is set.

    With `signatures`, the content must begin with one of them. Raises `InvalidInputError` or
    `TooLargeError`, with the file's name.
    """
    name = safe_name(file.name)
    if not file.content:
        raise EmptyFileError(f"File is empty: {name}")
    if len(file.content) > max_bytes:
        raise TooLargeError(too_large(name, max_bytes))
    if signatures and not file.content.startswith(signatures):
        raise UnsupportedFormatError(f"File has an unsupported format: {name}")
    return _decode(file.content, name)


def too_large(name: str, max_bytes: int = MAX_FILE_BYTES) -> str:
    """The message for a file above the limit."""
    return f"File is larger than {max_bytes} bytes: {name}"


def safe_name(name: str) -> str:
    """The last segment of a file name, printable and short enough for an error message."""
    last = re.split(r"[/\\]", name)[-1]
    return "".join(char for char in last if char.isprintable())[:100] or "unnamed"


def _decode(content: bytes, name: str) -> Image:
    # Pillow's decoders raise errors of many kinds, and warn about unusual metadata.
    try:
        with warnings.catch_warnings(action="ignore"):
            with _open(content) as picture:
                kind = str(picture.format)
            stripped = content if KEEPS_METADATA else metadata.strip(content, kind)
            # The stripped file is decoded, not the original: it is what will be stored.
            _load(stripped, name)
            return Image(stripped, FORMATS[kind])
    except InvalidInputError:
        raise
    except Exception as error:
        raise NotAnImageError(f"File is not a valid image: {name}") from error


def _load(content: bytes, name: str) -> None:
    with _open(content) as picture:
        if picture.width * picture.height > MAX_PIXELS:
            raise TooManyPixelsError(f"Image has more than {MAX_PIXELS} pixels: {name}")
        # A JPEG is decoded at an eighth of its size, which reads all of its data with less memory.
        picture.draft(None, (1, 1))
        picture.load()


def _open(content: bytes) -> "PillowImage":
    """The picture, with only its header read."""
    # Most requests contain no image, so cold starts do not load Pillow.
    from PIL import Image as Pillow

    Pillow.MAX_IMAGE_PIXELS = None  # `MAX_PIXELS` replaces Pillow's check for decompression bombs
    return Pillow.open(io.BytesIO(content), formats=_OPENED_FORMATS)
