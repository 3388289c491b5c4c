"""Each point of the contracts has a test that holds it up, in either contract mode."""

import json
import subprocess
import sys
from pathlib import Path

from tests.contract.conftest import POINTS
from tests.support.template import ROOT


def collected(tmp_path: Path, *options: str) -> dict[str, list[str]]:
    """The points of each test that pytest finds with these options."""
    file = tmp_path / "points.json"
    module = "tests.support.collected"
    command = [sys.executable, "-m", module, str(file), *options, "tests/contract"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    points: dict[str, list[str]] = json.loads(file.read_text())
    return points


def test_the_points_of_tests_are_those_that_are_listed(tmp_path: Path) -> None:
    named = {point for points in collected(tmp_path).values() for point in points}

    assert named - POINTS.keys() == set()
    assert POINTS.keys() - named == set()


def test_a_deployment_in_use_is_asked_about_every_contract(tmp_path: Path) -> None:
    options = ("--url", "https://api.example.com", "-m", "safe")

    named = {point for points in collected(tmp_path, *options).values() for point in points}

    calls = {point.split("-")[0] for point in named if "-" in point}
    assert calls == {"V1", "V2", "P", "S", "G"}
    assert not named & {"V1-6", "V2-6", "G-5", "G-6", "G-7", "G-24"}


def test_each_rule_is_a_sentence() -> None:
    assert [point for point, rule in POINTS.items() if not rule.endswith(".")] == []
