"""The picture of the table: how much of each budget is used."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from bench.rows import Row, number

WIDTH, LINE, TOP = 1180, 24, 70
NAMES, LIMIT = 480, 960  # where bars begin, and where a budget ends
MET, MISSED, INK, GREY = "#3b7d4f", "#b3392f", "#222222", "#888888"

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def draw(rows: Sequence[Row], path: Path) -> None:
    """One bar for each row with a budget; the line is the budget."""
    shown = [row for row in rows if row.budget is not None]
    picture = Image.new("RGB", (WIDTH, TOP + LINE * len(shown) + 20), "white")
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(14)
    pen.text(
        (20, 14), "What was measured, as a part of its budget", INK, ImageFont.load_default(20)
    )
    for place, row in enumerate(shown):
        _bar(pen, font, row, TOP + LINE * place)
    pen.line((LIMIT, TOP - 14, LIMIT, picture.height - 12), INK, 2)
    pen.text((LIMIT, TOP - 18), "budget", INK, font, anchor="ms")
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path)


def _bar(pen: ImageDraw.ImageDraw, font: Font, row: Row, top: int) -> None:
    assert row.budget is not None
    part = row.measured / row.budget if row.budget else float(row.measured > 0) * 2
    end = NAMES + min(max(part, 0), 1.2) * (LIMIT - NAMES)
    colour = MISSED if row.is_missed else MET
    pen.text((NAMES - 12, top + LINE // 2), f"{row.section}: {row.name}", INK, font, anchor="rm")
    pen.rectangle((NAMES, top + 4, end, top + LINE - 4), colour)
    said = f"{number(row.measured)} of {number(row.budget)} {row.unit}"
    pen.text((max(end, LIMIT) + 8, top + LINE // 2), said, GREY, font, anchor="lm")
