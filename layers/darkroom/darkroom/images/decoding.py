"""Inspection of a file in a sandbox: its metadata are removed, and then it is decoded.

In this order, a broken part that is not stored anyway rejects no image, and what is decoded is what
will be stored.
"""

import io
import json
import struct
import warnings
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from darkroom.errors import (
    DecodingTimeoutError,
    ImageMemoryError,
    InvalidInputError,
    NotAnImageError,
    TooManyImagePartsError,
    TooManyPixelsError,
    TruncatedImageError,
)
from darkroom.images import metadata, sandbox
from darkroom.images.budget import MAX_ANIMATION_PIXELS, MAX_PIXELS, MAX_SECONDS, Budget
from darkroom.images.detection import UNKNOWN
from darkroom.images.dimensions import declared_size
from darkroom.images.metadata import parts
from darkroom.images.truncation import ends_early

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage

MAX_MEMORY = 640 * 1024 * 1024  # bytes: a WebP of 50 megapixels needs 12 for each pixel

# Pillow's modules by format.
_PLUGINS = {
    "AVIF": "AvifImagePlugin",
    "BMP": "BmpImagePlugin",
    "GIF": "GifImagePlugin",
    "JPEG": "JpegImagePlugin",
    "MPO": "MpoImagePlugin",
    "PNG": "PngImagePlugin",
    "TIFF": "TiffImagePlugin",
    "WEBP": "WebPImagePlugin",
}
_EXIF_PLUGIN = "TiffImagePlugin"

_ERRORS: dict[str, type[InvalidInputError]] = {
    kind.__name__: kind
    for kind in (
        ImageMemoryError,
        NotAnImageError,
        TooManyImagePartsError,
        TooManyPixelsError,
        TruncatedImageError,
    )
}


def decode(
    content: bytes, format_name: str, name: str, budget: Budget, *, keeps_metadata: bool
) -> bytes:
    """The file without its metadata, after it was decoded within the budget.

    `format_name` is Pillow's name of its format. Raises `InvalidInputError`.
    """
    _import_pillow(format_name)
    try:
        with budget.timed() as seconds:
            work = partial(_report, content, format_name, name, budget, keeps_metadata)
            head, _, stripped = sandbox.run(work, seconds, MAX_MEMORY).partition(b"\n")
    except TimeoutError:
        message = f"The images take longer than {MAX_SECONDS:g} seconds to decode: {name}"
        raise DecodingTimeoutError(message) from None
    except sandbox.ChildDiedError as error:
        raise _not_an_image(name) from error
    report = json.loads(head)
    if "error" in report:
        raise _ERRORS[report["error"]](report["message"])
    budget.pixels -= report["pixels"]
    budget.parts -= report["parts"]
    return stripped or content


def _import_pillow(format_name: str) -> None:
    # Most requests contain no image, so cold starts do not load Pillow. A child must not start
    # while another thread imports a module: the child would wait for it forever.
    with sandbox.FORK_LOCK:
        for plugin in (_PLUGINS[format_name], _EXIF_PLUGIN):
            import_module(f"PIL.{plugin}")


def _report(
    content: bytes, format_name: str, name: str, budget: Budget, keeps_metadata: bool
) -> bytes:
    """A line of JSON, then the stripped file if it differs from the content."""
    parts.COUNTER.parts = 0
    try:
        _require_declared_size(content, format_name, name)
        stripped = content if keeps_metadata else _strip(content, format_name)
        budget.require_parts(parts.COUNTER.parts)
        pixels = _decode(stripped, format_name, name, budget)
    except Exception as error:
        rejection = _rejection(error, name)
        if isinstance(rejection, NotAnImageError) and ends_early(content, format_name):
            rejection = _truncated(name)
        return _line(error=type(rejection).__name__, message=rejection.message)
    head = _line(pixels=pixels, parts=parts.COUNTER.parts)
    return head if stripped is content else head + stripped


def _strip(content: bytes, format_name: str) -> bytes:
    try:
        return metadata.strip(content, format_name)
    except (parts.TruncatedError, parts.TooManyPartsError, MemoryError):
        raise
    except Exception:
        if format_name != "MPO":
            raise
        # Without a valid index, only the first image is shown.
        return metadata.strip(content, "JPEG")


def _line(**report: Any) -> bytes:
    return json.dumps(report).encode() + b"\n"


def _decode(content: bytes, format_name: str, name: str, budget: Budget) -> int:
    """Decode the first frame, and return the number of its pixels that were decoded."""
    with warnings.catch_warnings(action="ignore"):
        _require_size(declared_size(content, format_name), 1, name)
        with _open(content, format_name) as picture:
            # Frames may exceed the size in the header.
            _require_size(picture.size, getattr(picture, "n_frames", 1), name)
            picture.draft(None, (1, 1))
            pixels = picture.width * picture.height
            budget.require_pixels(pixels)
            _load(picture)
    return pixels


def _require_declared_size(content: bytes, format_name: str, name: str) -> None:
    """Reject a large image for its size, before its parts are read. Stripping repairs some headers
    that cannot be read yet."""
    try:
        size = declared_size(content, format_name)
    except Exception:
        return
    _require_size(size, 1, name)


def _require_size(size: tuple[int, int], frames: int, name: str) -> None:
    pixels = size[0] * size[1]
    if pixels > MAX_PIXELS:
        raise TooManyPixelsError(f"Image has more than {MAX_PIXELS} pixels: {name}")
    if pixels * frames > MAX_ANIMATION_PIXELS:
        message = f"The frames have more than {MAX_ANIMATION_PIXELS} pixels together: {name}"
        raise TooManyPixelsError(message)


def _open(content: bytes, format_name: str) -> "PillowImage":
    """The picture, with only its header read."""
    from PIL import Image as Pillow

    Pillow.MAX_IMAGE_PIXELS = None  # `MAX_PIXELS` replaces Pillow's check for decompression bombs
    # Pillow opens an MPO file, the two JPEGs of a phone, as JPEG.
    return Pillow.open(
        io.BytesIO(content), formats=["JPEG" if format_name == "MPO" else format_name]
    )


def _load(picture: "PillowImage") -> None:
    """Decode the first frame. Two decoders return it as bytes, and need less memory without the
    image that `load` copies them to."""
    decoder = getattr(picture, "_decoder", None)
    match picture.format:
        case "WEBP" if decoder:
            if decoder.get_next() is None:
                raise ValueError("the first frame cannot be decoded")
        case "AVIF" if decoder:
            decoder.get_frame(0)
        case _:
            picture.load()


def _rejection(error: Exception, name: str) -> InvalidInputError:
    match error:
        case InvalidInputError():
            return error
        case _ if _lacks_memory(error):
            return ImageMemoryError(f"Image needs too much memory to decode: {name}")
        case parts.TooManyPartsError():
            return TooManyImagePartsError(f"The file has more than {parts.MAX_PARTS} parts: {name}")
        case _ if _reports_end(error):
            return _truncated(name)
        case _:
            return _not_an_image(name)


# Pillow reports some reasons only in the text of its errors.
def _lacks_memory(error: Exception) -> bool:
    return isinstance(error, MemoryError) or "out of memory" in str(error).lower()


def _reports_end(error: Exception) -> bool:
    is_truncated = isinstance(error, parts.TruncatedError | EOFError | struct.error | IndexError)
    return is_truncated or "truncated" in str(error).lower()


def _truncated(name: str) -> TruncatedImageError:
    return TruncatedImageError(f"The file ends early: {name}")


def _not_an_image(name: str) -> NotAnImageError:
    return NotAnImageError(UNKNOWN.reject(name))
