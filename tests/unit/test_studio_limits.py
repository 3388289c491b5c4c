"""The studio shows the limits that the functions apply."""

import os
import re
import subprocess
import sys

from home.studio_assets import SOURCES
from ops.template import ROOT

LIMITS = SOURCES / "limits.js"


def test_the_limits_are_those_of_the_functions() -> None:
    generated = subprocess.run(
        [sys.executable, "-W", "error", "-m", "ops.studio_limits"],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join([f"{ROOT}/functions", f"{ROOT}/layers/darkroom"]),
        },
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )

    assert generated.stdout == LIMITS.read_text(), "run `make openapi`"


def test_the_studio_shows_every_limit() -> None:
    modules = "".join(path.read_text() for path in SOURCES.glob("*.js"))
    names = re.findall(r"^  (\w+):", LIMITS.read_text(), re.MULTILINE)

    assert names
    assert [name for name in names if f"LIMITS.{name}" not in modules] == []
