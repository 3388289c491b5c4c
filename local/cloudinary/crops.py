"""Cloudinary's crop modes. Each resizes an image to a box of width and height."""

from collections.abc import Callable

from PIL import Image, ImageOps

from local.cloudinary.images import WHITE

Size = tuple[int, int]


def scaled(length: int, ratio: float) -> int:
    return max(1, round(length * ratio))


def _resize_within(image: Image.Image, box: Size, max_ratio: float = float("inf")) -> Image.Image:
    ratio = min(box[0] / image.width, box[1] / image.height, max_ratio)
    return image.resize((scaled(image.width, ratio), scaled(image.height, ratio)))


def _fit(image: Image.Image, box: Size) -> Image.Image:
    return _resize_within(image, box)


def _limit(image: Image.Image, box: Size) -> Image.Image:
    return _resize_within(image, box, max_ratio=1)


def _scale(image: Image.Image, box: Size) -> Image.Image:
    return image.resize(box)


def _fill(image: Image.Image, box: Size) -> Image.Image:
    return ImageOps.fit(image, box)


def _pad(image: Image.Image, box: Size) -> Image.Image:
    inner = _resize_within(image, box)
    canvas = Image.new("RGB", box, WHITE)
    corner = ((box[0] - inner.width) // 2, (box[1] - inner.height) // 2)
    canvas.paste(inner, corner, mask=inner if inner.mode == "RGBA" else None)
    return canvas


def _crop(image: Image.Image, box: Size) -> Image.Image:
    width, height = min(box[0], image.width), min(box[1], image.height)
    left, top = (image.width - width) // 2, (image.height - height) // 2
    return image.crop((left, top, left + width, top + height))


CROPS: dict[str, Callable[[Image.Image, Size], Image.Image]] = {
    "fill": _fill,
    "fit": _fit,
    "limit": _limit,
    "scale": _scale,
    "pad": _pad,
    "crop": _crop,
}
