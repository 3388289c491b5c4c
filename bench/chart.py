"""The bar chart of the results: how much of each budget is used."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from bench.rows import Row, number

WIDTH, LINE, TOP = 1180, 24, 70
BAR_START, BUDGET_LINE = 480, 960
MET, MISSED, INK, GREY = "#3b7d4f", "#b3392f", "#222222", "#888888"
TITLE = "Measured values as a fraction of their budgets"

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def draw(rows: Sequence[Row], path: Path) -> None:
    """Draw one bar for each row with a budget; the vertical line marks the budget."""
    budgeted = [row for row in rows if row.budget is not None]
    image = Image.new("RGB", (WIDTH, TOP + LINE * len(budgeted) + 20), "white")
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(14)
    pen.text((20, 14), TITLE, INK, ImageFont.load_default(20))
    for index, row in enumerate(budgeted):
        _draw_bar(pen, font, row, TOP + LINE * index)
    pen.line((BUDGET_LINE, TOP - 14, BUDGET_LINE, image.height - 12), INK, 2)
    pen.text((BUDGET_LINE, TOP - 18), "budget", INK, font, anchor="ms")
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)


def _draw_bar(pen: ImageDraw.ImageDraw, font: Font, row: Row, top: int) -> None:
    assert row.budget is not None
    fraction = row.measured / row.budget if row.budget else float(row.measured > 0) * 2
    end = BAR_START + min(max(fraction, 0), 1.2) * (BUDGET_LINE - BAR_START)
    colour = MISSED if row.is_missed else MET
    middle = top + LINE // 2
    pen.text((BAR_START - 12, middle), f"{row.section}: {row.name}", INK, font, anchor="rm")
    pen.rectangle((BAR_START, top + 4, end, top + LINE - 4), colour)
    label = f"{number(row.measured)} of {number(row.budget)} {row.unit}"
    pen.text((max(end, BUDGET_LINE) + 8, middle), label, GREY, font, anchor="lm")
