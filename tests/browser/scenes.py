"""Pictures worth looking at, made when asked for."""

import colorsys
import io
import math
import random

from PIL import Image, ImageDraw, ImageFilter

Colour = tuple[int, int, int]

RIDGES = 5
HUES = (0.01, 0.05, 0.08, 0.52, 0.57, 0.62, 0.7, 0.93)


def scene(seed: int, size: tuple[int, int] = (900, 900)) -> bytes:
    """A JPEG of hills below a low sun, in other colours from seed to seed."""
    chance = random.Random(seed)
    hue = chance.choice(HUES)
    picture = _sky(hue, size)
    _sun(picture, hue, chance)
    for ridge in range(RIDGES):
        _hill(picture, hue, ridge, chance)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def _sky(hue: float, size: tuple[int, int]) -> Image.Image:
    mask = Image.linear_gradient("L").resize(size)
    above, below = _colour(hue, 0.55, 0.42), _colour(hue + 0.09, 0.45, 0.96)
    return Image.composite(Image.new("RGB", size, below), Image.new("RGB", size, above), mask)


def _sun(picture: Image.Image, hue: float, chance: random.Random) -> None:
    width, height = picture.size
    radius = min(width, height) * chance.uniform(0.07, 0.12)
    x, y = width * chance.uniform(0.25, 0.75), height * chance.uniform(0.3, 0.45)
    light = Image.new("L", picture.size)
    ImageDraw.Draw(light).ellipse((x - radius, y - radius, x + radius, y + radius), 255)
    glow = light.filter(ImageFilter.GaussianBlur(radius)).point(lambda value: int(value * 0.6))
    for mask in (glow, light.filter(ImageFilter.GaussianBlur(1))):
        picture.paste(_colour(hue + 0.12, 0.18, 1), mask=mask)


def _hill(picture: Image.Image, hue: float, ridge: int, chance: random.Random) -> None:
    width, height = picture.size
    depth = ridge / (RIDGES - 1)
    base = height * (0.52 + 0.36 * depth)
    waves = [(chance.uniform(0.5, 5), chance.random() * 6, chance.uniform(0.2, 1)) for _ in "1234"]

    def top(x: int) -> float:
        swing = sum(a * math.sin(x / width * f * 6 + p) / f for f, p, a in waves)
        return base + swing * height * 0.06

    outline = [(x, top(x)) for x in range(0, width + 8, 8)]
    colour = _colour(hue - 0.03 * depth, 0.45 + 0.25 * depth, 0.72 - 0.62 * depth)
    ImageDraw.Draw(picture).polygon([*outline, (width, height), (0, height)], colour)


def _colour(hue: float, saturation: float, value: float) -> Colour:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, saturation, value)
    return int(red * 255), int(green * 255), int(blue * 255)
