"""The few transformations the platform uses, after Cloudinary's transformation reference."""

import re
from typing import NamedTuple

from PIL import Image, ImageOps

from local.cloudinary.crops import CROPS, Size, scaled
from local.cloudinary.errors import CloudinaryError, too_many_pixels
from local.cloudinary.images import ENCODERS, canonical, decode, encode

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
    every = {name: value for step in steps for name, value in step.items()}
    quality = every.get("q", "auto")
    return Transformation(
        steps=steps,
        format=canonical(every.get("f", "")),
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
    wanted = parse(transformation)
    format = _output_format(wanted.format or extension or original, original, accept)
    image = ImageOps.exif_transpose(decode(content))
    for step in wanted.steps:
        image = _resize(image, step, max_pixels)
    return Derived(encode(image, format, wanted.quality), format, *image.size)


def _output_format(wanted: str, original: str, accept: str) -> str:
    if wanted == "auto":
        return "webp" if "image/webp" in accept else original
    if wanted not in ENCODERS:
        raise CloudinaryError(400, f"Invalid extension in transformation: {wanted}")
    return wanted


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
    """Zero when absent; a value with a point is a share of the original's length."""
    if value is None:
        return 0
    return scaled(original, float(value)) if "." in value else int(value)
