"""`docs/limits.md` contains the values of the files and the parameters that it names."""

import ast
import re
from pathlib import Path

import pytest

from ops import template
from ops.template import ROOT

UNITS = (1, 60, 3600, 1000**2, 1024**2)  # seconds per minute and hour, mega-, mebi-
ROWS = re.findall(
    r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$",
    (ROOT / "docs" / "limits.md").read_text(),
    re.MULTILINE,
)
IN_FILES = [row for row in ROWS if row[2].endswith(".py`")]
IN_PARAMETERS = [row for row in ROWS if re.fullmatch(r"(`[A-Z]\w+`(, )?)+", row[2])]


def numbers(text: str) -> list[int]:
    """The numbers before a semicolon, which begins an explanation."""
    return [int(n.replace(",", "")) for n in re.findall(r"\d+(?:,\d{3})*", text.split(";")[0])]


def source_of(cell: str) -> Path:
    path = cell.strip("`")
    return ROOT / "layers" / "darkroom" / path if path.startswith("darkroom/") else ROOT / path


def values_in(source: Path) -> set[float]:
    """All numbers of a module, and the values of its products such as `10 * 1024`."""
    values = set()
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if isinstance(node, ast.Constant | ast.BinOp):
            try:
                values.add(eval(ast.unparse(node), {}))
            except Exception:  # not a number
                continue
    return {value for value in values if isinstance(value, int | float)}


def is_among(number: int, values: set[float]) -> bool:
    return any(number * unit in values for unit in UNITS)


def test_every_limit_is_checked() -> None:
    others = {row[2] for row in ROWS} - {row[2] for row in IN_FILES + IN_PARAMETERS}

    assert len(IN_FILES) > 20
    assert others == {
        "set by",
        "AWS",
        "AWS, and the template's `Timeout`",
        "`make up CONCURRENCY=10`",
    }


@pytest.mark.parametrize(("limit", "value", "cell"), IN_FILES, ids=[row[0] for row in IN_FILES])
def test_a_limit_has_the_value_of_its_file(limit: str, value: str, cell: str) -> None:
    found = values_in(source_of(cell))

    assert numbers(value)
    assert [number for number in numbers(value) if not is_among(number, found)] == []


@pytest.mark.parametrize(
    ("limit", "value", "cell"), IN_PARAMETERS, ids=[row[0] for row in IN_PARAMETERS]
)
def test_a_limit_has_the_default_of_its_parameter(limit: str, value: str, cell: str) -> None:
    parameters = template.template()["Parameters"]
    defaults = [int(parameters[name]["Default"]) for name in re.findall(r"`(\w+)`", cell)]

    assert len(defaults) == len(numbers(value))
    for default, number in zip(defaults, numbers(value), strict=True):
        assert is_among(number, {default})
