"""The studio shows the limits that the functions apply."""

import re

from home.studio_assets import SOURCES
from tests.support.generated_files import output_of

LIMITS = SOURCES / "limits.js"


def test_the_limits_are_those_of_the_functions() -> None:
    assert output_of("ops.studio_limits") == LIMITS.read_text(), "run `make openapi`"


def test_the_studio_shows_every_limit() -> None:
    modules = "".join(path.read_text() for path in SOURCES.glob("*.js"))
    names = re.findall(r"^  (\w+):", LIMITS.read_text(), re.MULTILINE)

    assert names
    assert [name for name in names if f"LIMITS.{name}" not in modules] == []
