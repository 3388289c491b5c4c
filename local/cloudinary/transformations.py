"""The transformations that Darkroom uses, as in Cloudinary's transformation reference."""

import re
from typing import NamedTuple

from PIL import Image, ImageOps

from local.cloudinary.crops import CROPS, Size, scaled
from local.cloudinary.errors import CloudinaryError, too_many_pixels
from local.cloudinary.images import ENCODERS, canonical_extension, decode, encode

DEFAULT_QUALITY = 80
PARAMETERS = {
    "w": r"[1-9]\d{0,5}|0?\.\d{1,6}|1\.0",
    "h": r"[1-9]\d{0,5}|0?\.\d{1,6}|1\.0",
    "c": r"fill|fit|limit|scale|pad|crop",
    "f": r"jpe?g|png|webp|auto",
    "q": r"[1-9]\d?|100|auto(:\w+)?",
    "fl": r"strip_profile",
}


class Transformation(NamedTuple):
    steps: list[dict[str, str]]
    format: str
    quality: int


class Derived(NamedTuple):
    content: bytes
    format: str
    width: int
    height: int


def parse(text: str) -> Transformation:
    steps = [dict(map(_parameter, part.split(","))) for part in text.split("/") if part]
    merged = {name: value for step in steps for name, value in step.items()}
    quality = merged.get("q", "auto")
    return Transformation(
        steps=steps,
        format=canonical_extension(merged.get("f", "")),
        quality=DEFAULT_QUALITY if quality.startswith("auto") else int(quality),
    )


def _parameter(part: str) -> tuple[str, str]:
    name, _, value = part.partition("_")
    if not re.fullmatch(PARAMETERS.get(name, r"(?!)"), value, re.ASCII):
        raise CloudinaryError(400, f"Invalid transformation parameter - {part}")
    return name, value


def derive(
    content: bytes,
    original: str,
    transformation: str,
    extension: str,
    max_pixels: int,
    accept: str = "",
) -> Derived:
    parsed = parse(transformation)
    format = _output_format(parsed.format or extension or original, original, accept)
    image = ImageOps.exif_transpose(decode(content))
    for step in parsed.steps:
        image = _resize(image, step, max_pixels)
    return Derived(encode(image, format, parsed.quality), format, *image.size)


def _output_format(requested: str, original: str, accept: str) -> str:
    if requested == "auto":
        return "webp" if "image/webp" in accept else original
    if requested not in ENCODERS:
        raise CloudinaryError(400, f"Invalid extension in transformation: {requested}")
    return requested


def _resize(image: Image.Image, step: dict[str, str], max_pixels: int) -> Image.Image:
    if not {"w", "h"} & step.keys():
        return image
    crop = step.get("c", "scale")
    box = _box(image.size, step, keep_ratio=crop != "crop")
    if box[0] * box[1] > max_pixels:
        raise too_many_pixels(box[0] * box[1], max_pixels)
    return CROPS[crop](image, box)


def _box(size: Size, step: dict[str, str], *, keep_ratio: bool) -> Size:
    width = _length(step.get("w"), size[0])
    height = _length(step.get("h"), size[1])
    if width and height:
        return width, height
    if not keep_ratio:
        return width or size[0], height or size[1]
    ratio = width / size[0] if width else height / size[1]
    return width or scaled(size[0], ratio), height or scaled(size[1], ratio)


def _length(value: str | None, original: int) -> int:
    """Return 0 for None. A value with a decimal point is a factor of the original length."""
    if value is None:
        return 0
    return scaled(original, float(value)) if "." in value else int(value)
