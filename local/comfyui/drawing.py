"""Draw the generated images: prompt text and seed on a background derived from the seed."""

import colorsys
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from math import ceil
from random import Random
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

WHITE, GREY, SHADE = (255, 255, 255, 255), (255, 255, 255, 200), (14, 16, 28, 140)
MIN_FONT_SIZE = 9  # in pixels, as all sizes here; smaller text is illegible
LINE_HEIGHT = 1.3
MAX_TEXT = 1000

Size = tuple[int, int]
Point = tuple[int, int]
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


class ImageSpec(NamedTuple):
    """The content of one image; `position` is counted from 0 in the batch."""

    text: str
    seed: int
    size: Size
    position: int


class TextBlock(NamedTuple):
    """Text that is wrapped into lines."""

    lines: list[str]
    font_size: int

    def height(self) -> int:
        return int(len(self.lines) * self.font_size * LINE_HEIGHT)


def draw_image(spec: ImageSpec) -> Image.Image:
    """The same spec gives the same pixels."""
    background = _background(Random(f"{spec.seed}/{spec.position}"), spec.size).convert("RGBA")
    label = f"seed {spec.seed}" + (f" / {spec.position + 1}" if spec.position else "")
    return Image.alpha_composite(background, _panel(spec.text, label, spec.size)).convert("RGB")


def _background(random: Random, size: Size) -> Image.Image:
    """A gradient: 16 dots of similar hues, enlarged to the size of the image."""
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
    """A translucent panel with the text above the label."""
    layer = Image.new("RGBA", size)
    draw = ImageDraw.Draw(layer)
    margin = max(1, min(size) // 24)
    width, height = size[0] - 4 * margin, size[1] - 4 * margin
    footer = _fit(label, (width, height * 3 // 5), min(size) // 20)
    body = _fit(_without_accents(text), (width, height - footer.height() - margin), min(size) // 10)
    footer_top = size[1] - 2 * margin - footer.height()
    body_top = footer_top - body.height() - margin // 2
    panel = (margin, body_top - margin, size[0] - margin - 1, size[1] - margin - 1)
    draw.rounded_rectangle(panel, margin, SHADE)
    _draw_text(draw, (2 * margin, body_top), body, WHITE)
    _draw_text(draw, (2 * margin, footer_top), footer, GREY)
    return layer


def _draw_text(
    draw: ImageDraw.ImageDraw, corner: Point, text: TextBlock, colour: tuple[int, int, int, int]
) -> None:
    for number, line in enumerate(text.lines):
        top = corner[1] + int(number * text.font_size * LINE_HEIGHT)
        draw.text((corner[0], top), line, colour, ImageFont.load_default(text.font_size))


def _fit(text: str, box: Size, max_font_size: int) -> TextBlock:
    """The text in the largest font that fits; cut off if it does not fit in the smallest."""
    font_size = max(max_font_size, MIN_FONT_SIZE)
    block = TextBlock(list(_wrap(text, font_size, box[0])), font_size)
    while block.height() > box[1] and font_size > MIN_FONT_SIZE:
        font_size = max(MIN_FONT_SIZE, font_size * 7 // 8)
        block = TextBlock(list(_wrap(text, font_size, box[0])), font_size)
    return TextBlock(block.lines[: max(1, int(box[1] / (font_size * LINE_HEIGHT)))], font_size)


def _without_accents(text: str) -> str:
    """The default font has no accented letters."""
    decomposed = unicodedata.normalize("NFKD", text[:MAX_TEXT])
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _wrap(text: str, font_size: int, width: int) -> Iterator[str]:
    """Break lines between words, and within words that are wider than a line."""
    font = ImageFont.load_default(font_size)
    line = ""
    for word in text.split():
        if line and font.getlength(f"{line} {word}") > width:
            yield line
            line = ""
        line = f"{line} {word}" if line else word
        while len(line) > (length := _fitting_length(line, font, width)):
            yield line[:length]
            line = line[length:]
    yield line


def _fitting_length(line: str, font: Font, width: int) -> int:
    """The number of characters that fit in the width, at least one."""

    def text_width(length: int) -> int:
        return ceil(font.getlength(line[:length]))

    return max(1, bisect_right(range(1, len(line) + 1), width, key=text_width))
