"""Ingestion: checks every uploaded file's size, format and pixels, and removes its metadata."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from darkroom import settings
from darkroom.errors import (
    EmptyFileError,
    NotAnImageError,
    TooLargeError,
    UnsupportedFormatError,
    UnsupportedImageKindError,
)
from darkroom.images.budget import Budget
from darkroom.images.decoding import decode
from darkroom.images.detection import UNKNOWN, Kind, detect
from darkroom.images.formats import FORMATS, Image

MAX_FILE_BYTES = 10 * 1024 * 1024
MAX_UPLOAD_BYTES = 100 * 1024 * 1024  # of all files of a request together
KEEPS_METADATA = settings.text("KEEP_IMAGE_METADATA") == "true"


@dataclass(frozen=True)
class File:
    """A file as the caller sent it, not yet checked."""

    name: str
    content: bytes


def read_images(files: Iterable[File], budget: Budget | None = None) -> list[Image]:
    """The files as images, in their order; a budget of their own by default.

    Raises `InvalidInputError` or `TooLargeError`.
    """
    budget = budget or Budget()
    images, size = [], 0
    for file in files:
        size += len(file.content)
        if size > MAX_UPLOAD_BYTES:
            raise TooLargeError(f"The files are larger than {MAX_UPLOAD_BYTES} bytes together")
        images.append(read_image(file, budget))
    return images


def read_image(
    file: File,
    budget: Budget | None = None,
    *,
    max_bytes: int = MAX_FILE_BYTES,
    formats: Collection[str] = FORMATS,
) -> Image:
    """The file as an image, without its metadata unless `KEEP_IMAGE_METADATA` is set.

    `formats` are Pillow's names of the accepted ones. Raises `InvalidInputError` or
    `TooLargeError`, with the file's name.
    """
    name = safe_name(file.name)
    if not file.content:
        raise EmptyFileError(f"File is empty: {name}")
    if len(file.content) > max_bytes:
        raise TooLargeError(too_large(name, max_bytes))
    kind = detect(file.content)
    _require_format(kind, formats, name)
    content = decode(
        file.content, kind.format, name, budget or Budget(), keeps_metadata=KEEPS_METADATA
    )
    return Image(content, FORMATS[kind.format])


def too_large(name: str, max_bytes: int = MAX_FILE_BYTES) -> str:
    """The message for a file above the limit."""
    return f"File is larger than {max_bytes} bytes: {name}"


def safe_name(name: str) -> str:
    """The last segment of a file name, printable and short enough for an error message."""
    last = re.split(r"[/\\]", name)[-1]
    return "".join(char for char in last if char.isprintable())[:100] or "unnamed"


def _require_format(kind: Kind, formats: Collection[str], name: str) -> None:
    if kind.format in formats:
        return
    if len(formats) < len(FORMATS):
        message = f"File has an unsupported format: {name}"
        raise UnsupportedFormatError(message, "" if kind == UNKNOWN else kind.name)
    error = UnsupportedImageKindError if kind.is_image else NotAnImageError
    raise error(kind.reject(name))
