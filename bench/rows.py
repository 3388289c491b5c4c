"""A row of the table: what was measured, what it may be, and what it was measured against."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """`measured` may be `budget` at most, both in `unit`; without a budget it is told alone.

    `beside` holds the figures that it was made of, references among them, by name with unit.
    """

    section: str
    name: str
    measured: float
    unit: str
    budget: float | None = None
    beside: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_missed(self) -> bool:
        return self.budget is not None and self.measured > self.budget

    @property
    def verdict(self) -> str:
        if self.budget is None:
            return ""
        return "MISSED" if self.is_missed else "met"


def table(rows: Iterable[Row]) -> str:
    """The rows as text, in columns, each section under its name."""
    lines, section = [], ""
    for row in rows:
        if row.section != section:
            section = row.section
            lines += ["", section]
        budget = "" if row.budget is None else f"<= {number(row.budget)}"
        beside = ", ".join(f"{name} {number(value)}" for name, value in row.beside.items())
        lines.append(
            f"  {row.name:<44} {number(row.measured):>9} {row.unit:<6}"
            f" {budget:<9} {row.verdict:<7} {beside}".rstrip()
        )
    return "\n".join(lines)


def write(rows: Iterable[Row], machine: Mapping[str, object], path: Path) -> None:
    """The rows as JSON, with what is to be known of the machine."""
    found = [{**asdict(row), "verdict": row.verdict} for row in rows]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"machine": machine, "rows": found}, indent=1) + "\n")


def number(value: float) -> str:
    """Three digits that count, whole numbers whole."""
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
