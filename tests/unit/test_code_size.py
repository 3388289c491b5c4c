"""Modules and functions stay short."""

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from ops.template import ROOT

MAX_LINES = {
    "layers": 250,
    "functions": 250,
    "ops": 250,
    "local": 250,
    "bench": 250,
    "tests": 500,  # tables of cases
}
# The sizes of the modules above the maximum. A module that shrinks gets its new size here.
LONG_MODULES: dict[str, int] = {}

MAX_MEDIAN = 6
LONG_FUNCTION = 16
MAX_SHARE_OF_LONG_FUNCTIONS = 0.1


def modules(*folders: str) -> Iterator[Path]:
    return (path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def line_count(module: Path) -> int:
    return len(module.read_text("utf-8").splitlines())


def function_lengths(module: Path) -> Iterator[int]:
    """From `def` to the last line, including inner functions."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield (node.end_lineno or 0) - node.lineno + 1


@pytest.mark.parametrize("folder", MAX_LINES)
def test_no_module_exceeds_the_maximum(folder: str) -> None:
    lines = {str(path.relative_to(ROOT)): line_count(path) for path in modules(folder)}
    listed = {path: count for path, count in LONG_MODULES.items() if path.startswith(f"{folder}/")}

    assert {path: n for path, n in lines.items() if n > MAX_LINES[folder]} == listed


def test_most_functions_are_short() -> None:
    lengths = [n for path in modules("layers", "functions") for n in function_lengths(path)]
    long = [length for length in lengths if length >= LONG_FUNCTION]

    assert median(lengths) <= MAX_MEDIAN
    assert len(long) < len(lengths) * MAX_SHARE_OF_LONG_FUNCTIONS
