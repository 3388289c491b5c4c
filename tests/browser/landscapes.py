"""Generated landscapes, so that the screenshots show more than plain colours."""

import colorsys
import io
import math
import random

from PIL import Image, ImageDraw, ImageFilter

Colour = tuple[int, int, int]

HILLS = 5
HUES = (0.01, 0.05, 0.08, 0.52, 0.57, 0.62, 0.7, 0.93)


def landscape(seed: int, size: tuple[int, int] = (900, 900)) -> bytes:
    """A JPEG of hills below a low sun; the seed selects the colours and shapes."""
    rng = random.Random(seed)
    hue = rng.choice(HUES)
    image = _sky(hue, size)
    _sun(image, hue, rng)
    for index in range(HILLS):
        _hill(image, hue, index, rng)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def _sky(hue: float, size: tuple[int, int]) -> Image.Image:
    mask = Image.linear_gradient("L").resize(size)
    top, bottom = _colour(hue, 0.55, 0.42), _colour(hue + 0.09, 0.45, 0.96)
    return Image.composite(Image.new("RGB", size, bottom), Image.new("RGB", size, top), mask)


def _sun(image: Image.Image, hue: float, rng: random.Random) -> None:
    width, height = image.size
    radius = min(width, height) * rng.uniform(0.07, 0.12)
    x, y = width * rng.uniform(0.25, 0.75), height * rng.uniform(0.3, 0.45)
    disc = Image.new("L", image.size)
    ImageDraw.Draw(disc).ellipse((x - radius, y - radius, x + radius, y + radius), 255)
    glow = disc.filter(ImageFilter.GaussianBlur(radius)).point(lambda value: int(value * 0.6))
    for mask in (glow, disc.filter(ImageFilter.GaussianBlur(1))):
        image.paste(_colour(hue + 0.12, 0.18, 1), mask=mask)


def _hill(image: Image.Image, hue: float, index: int, rng: random.Random) -> None:
    width, height = image.size
    depth = index / (HILLS - 1)
    base = height * (0.52 + 0.36 * depth)
    waves = [(rng.uniform(0.5, 5), rng.random() * 6, rng.uniform(0.2, 1)) for _ in "1234"]

    def ridge_height(x: int) -> float:
        offset = sum(a * math.sin(x / width * f * 6 + p) / f for f, p, a in waves)
        return base + offset * height * 0.06

    outline = [(x, ridge_height(x)) for x in range(0, width + 8, 8)]
    colour = _colour(hue - 0.03 * depth, 0.45 + 0.25 * depth, 0.72 - 0.62 * depth)
    ImageDraw.Draw(image).polygon([*outline, (width, height), (0, height)], colour)


def _colour(hue: float, saturation: float, value: float) -> Colour:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, saturation, value)
    return int(red * 255), int(green * 255), int(blue * 255)
