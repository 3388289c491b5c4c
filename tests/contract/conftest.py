"""Which test holds up which point of the contracts, and what a run has to say of them."""

import tomllib
from collections.abc import Generator
from pathlib import Path

import httpx2
import pytest

from tests.support.exchanges import JOURNAL

POINTS: dict[str, str] = tomllib.loads(Path(__file__).with_name("points.toml").read_text("utf-8"))


def points_of(item: pytest.Item) -> set[str]:
    return {point for mark in item.iter_markers("point") for point in mark.args}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tell reports the points, and leave out tests of others than those asked for."""
    asked = set(config.getoption("--point"))
    for item in items:
        item.user_properties += [("point", point) for point in sorted(points_of(item))]
    if asked:
        kept = [item for item in items if asked & points_of(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = kept


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """A point is held up by requests alone, and a safe test leaves everything as it was."""
    yield
    assert JOURNAL.answers or not points_of(item), "a test of a point makes no request"
    if JOURNAL.is_guarded:
        assert JOURNAL.left_behind() == set()


@pytest.fixture(autouse=True)
def skip_without_a_host(request: pytest.FixtureRequest) -> None:
    """Leave generation out where a deployment has no host for it, or one that sleeps."""
    if request.config.getoption("--url") and request.node.get_closest_marker("host"):
        anonymous: httpx2.Client = request.getfixturevalue("anonymous")
        if anonymous.get("/api/images/comfyui/status").json()["status"] != "running":
            pytest.skip("needs a ComfyUI host that runs")


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    broken = _points(terminalreporter, "failed") | _points(terminalreporter, "error")
    held = _points(terminalreporter, "passed") - broken
    if not held | broken:
        return
    terminalreporter.section("points of the contracts")
    terminalreporter.line(f"{len(held)} points hold")
    for point in (name for name in POINTS if name in broken):
        terminalreporter.line(f"{point} does not hold: {POINTS[point]}", red=True)
    others = [name for name in POINTS if name not in held | broken]
    if others and config.getoption("--url"):
        terminalreporter.line(f"{len(others)} were not asked about: {', '.join(others)}")


def _points(reporter: pytest.TerminalReporter, outcome: str) -> set[str]:
    return {
        point
        for report in reporter.stats.get(outcome, [])
        for name, point in report.user_properties
        if name == "point"
    }
