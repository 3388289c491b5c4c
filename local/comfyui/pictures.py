"""What the host paints: the prompt and the seed, on colours that the seed chooses."""

import colorsys
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from math import ceil
from random import Random
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

WHITE, FAINT, SHADE = (255, 255, 255, 255), (255, 255, 255, 200), (14, 16, 28, 140)
SMALLEST = 9  # pixels: below it the letters run together
LINE = 1.3
LONGEST_TEXT = 1000

Size = tuple[int, int]
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


class Wish(NamedTuple):
    """What one picture is asked to show; `place` counts from 0 in a batch."""

    text: str
    seed: int
    size: Size
    place: int


class Lines(NamedTuple):
    """Text broken into lines, and the size of its letters."""

    lines: list[str]
    letters: int

    def height(self) -> int:
        return int(len(self.lines) * self.letters * LINE)


def paint(wish: Wish) -> Image.Image:
    """The same wish gives the same pixels."""
    picture = _background(Random(f"{wish.seed}/{wish.place}"), wish.size).convert("RGBA")
    label = f"seed {wish.seed}" + (f" / {wish.place + 1}" if wish.place else "")
    return Image.alpha_composite(picture, _panel(wish.text, label, wish.size)).convert("RGB")


def _background(random: Random, size: Size) -> Image.Image:
    """A few dots of neighbouring hues, blown up until they flow into one another."""
    hue = random.random()
    dots = Image.new("RGB", (4, 4))
    for x in range(4):
        for y in range(4):
            dots.putpixel((x, y), _colour(hue + random.uniform(-0.15, 0.15), random))
    return dots.resize(size, Image.Resampling.BICUBIC)


def _colour(hue: float, random: Random) -> tuple[int, int, int]:
    saturation, brightness = random.uniform(0.4, 0.7), random.uniform(0.5, 0.95)
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, saturation, brightness)
    return int(red * 255), int(green * 255), int(blue * 255)


def _panel(text: str, label: str, size: Size) -> Image.Image:
    """The prompt over the seed, on a shade that lets the colours through."""
    layer = Image.new("RGBA", size)
    draw = ImageDraw.Draw(layer)
    edge = max(1, min(size) // 24)
    width, height = size[0] - 4 * edge, size[1] - 4 * edge
    foot = _fit(label, (width, height * 3 // 5), min(size) // 20)
    body = _fit(_drawable(text), (width, height - foot.height() - edge), min(size) // 10)
    foot_top = size[1] - 2 * edge - foot.height()
    body_top = foot_top - body.height() - edge // 2
    shade = (edge, body_top - edge, size[0] - edge - 1, size[1] - edge - 1)
    draw.rounded_rectangle(shade, edge, SHADE)
    _write(draw, (2 * edge, body_top), body, WHITE)
    _write(draw, (2 * edge, foot_top), foot, FAINT)
    return layer


def _write(
    draw: ImageDraw.ImageDraw, place: Size, text: Lines, colour: tuple[int, int, int, int]
) -> None:
    for number, line in enumerate(text.lines):
        top = place[1] + int(number * text.letters * LINE)
        draw.text((place[0], top), line, colour, ImageFont.load_default(text.letters))


def _fit(text: str, space: Size, largest: int) -> Lines:
    """As large as fits; what does not fit at the smallest is left out."""
    letters = max(largest, SMALLEST)
    lines = Lines(list(_wrap(text, letters, space[0])), letters)
    while lines.height() > space[1] and letters > SMALLEST:
        letters = max(SMALLEST, letters * 7 // 8)
        lines = Lines(list(_wrap(text, letters, space[0])), letters)
    return Lines(lines.lines[: max(1, int(space[1] / (letters * LINE)))], letters)


def _drawable(text: str) -> str:
    """The font knows plain letters alone, so accents go."""
    plain = unicodedata.normalize("NFKD", text[:LONGEST_TEXT])
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _wrap(text: str, letters: int, width: int) -> Iterator[str]:
    """Breaks between words, and within one that is wider than a line."""
    font = ImageFont.load_default(letters)
    line = ""
    for word in text.split():
        if line and font.getlength(f"{line} {word}") > width:
            yield line
            line = ""
        line = f"{line} {word}" if line else word
        while len(line) > (length := _fitting(line, font, width)):
            yield line[:length]
            line = line[length:]
    yield line


def _fitting(line: str, font: Font, width: int) -> int:
    """How many of its letters a line has room for, at least one."""

    def reach(length: int) -> int:
        return ceil(font.getlength(line[:length]))

    return max(1, bisect_right(range(1, len(line) + 1), width, key=reach))
