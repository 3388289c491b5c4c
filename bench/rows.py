"""A row of the results: a measured value, its budget and the figures behind it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """`measured` must not exceed `budget`, both in `unit`; a row without a budget has no verdict.

    `figures` holds the values behind `measured` and the references, by name with unit.
    """

    section: str
    name: str
    measured: float
    unit: str
    budget: float | None = None
    figures: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_missed(self) -> bool:
        return self.budget is not None and self.measured > self.budget

    @property
    def verdict(self) -> str:
        if self.budget is None:
            return ""
        return "MISSED" if self.is_missed else "met"


def table(rows: Iterable[Row]) -> str:
    """The rows as text in columns, grouped by section."""
    lines, section = [], ""
    for row in rows:
        if row.section != section:
            section = row.section
            lines += ["", section]
        lines.append(_line(row))
    return "\n".join(lines)


def _line(row: Row) -> str:
    budget = "" if row.budget is None else f"<= {number(row.budget)}"
    figures = ", ".join(f"{name} {number(value)}" for name, value in row.figures.items())
    line = (
        f"  {row.name:<50} {number(row.measured):>9} {row.unit:<14}"
        f" {budget:<9} {row.verdict:<7} {figures}"
    )
    return line.rstrip()


def write(rows: Iterable[Row], machine: Mapping[str, object], path: Path) -> None:
    """Write the rows as JSON, with a description of the machine."""
    verdicts = [{**asdict(row), "verdict": row.verdict} for row in rows]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"machine": machine, "rows": verdicts}, indent=1) + "\n")


def number(value: float) -> str:
    """Three significant digits, or a whole number."""
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
