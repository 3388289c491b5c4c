"""Each point of the contracts has at least one test, in both contract modes."""

import json
import subprocess
import sys
from pathlib import Path

from ops.template import ROOT
from tests.contract.conftest import POINTS


def collected(tmp_path: Path, *options: str) -> dict[str, list[str]]:
    """The points of each test that pytest collects with the options."""
    file = tmp_path / "points.json"
    module = "tests.support.point_collector"
    command = [sys.executable, "-m", module, str(file), *options, "tests/contract"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    points: dict[str, list[str]] = json.loads(file.read_text())
    return points


def test_the_points_of_tests_and_the_listed_points_are_the_same(tmp_path: Path) -> None:
    tested = {point for points in collected(tmp_path).values() for point in points}

    assert tested - POINTS.keys() == set()
    assert POINTS.keys() - tested == set()


def test_safe_tests_cover_every_contract(tmp_path: Path) -> None:
    options = ("--url", "https://api.example.com", "-m", "safe")

    tested = {point for points in collected(tmp_path, *options).values() for point in points}

    contracts = {point.split("-")[0] for point in tested if "-" in point}
    assert contracts == {"V1", "V2", "P", "S", "G"}
    assert not tested & {"V1-6", "V2-6", "G-5", "G-6", "G-7", "G-24"}


def test_each_rule_is_a_sentence() -> None:
    assert [point for point, rule in POINTS.items() if not rule.endswith(".")] == []
