"""Select tests by point, check the requests of each test, and report the points of a run."""

import tomllib
from collections.abc import Generator
from pathlib import Path

import httpx2
import pytest

from tests.support.request_journal import JOURNAL

POINTS: dict[str, str] = tomllib.loads(Path(__file__).with_name("points.toml").read_text("utf-8"))


def points_of(item: pytest.Item) -> set[str]:
    return {point for mark in item.iter_markers("point") for point in mark.args}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Add the points to the reports, and deselect tests that prove none of the selected points."""
    selected = set(config.getoption("--point"))
    for item in items:
        item.user_properties += [("point", point) for point in sorted(points_of(item))]
    if selected:
        others = [item for item in items if not selected & points_of(item)]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in others]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Require requests from a test of a point, and complete clean-up from a safe test."""
    yield
    assert JOURNAL.responses or not points_of(item), "a test of a point must send a request"
    if JOURNAL.is_safe_test:
        assert JOURNAL.left_behind() == set()


@pytest.fixture(autouse=True)
def skip_without_host(request: pytest.FixtureRequest) -> None:
    """Skip tests of generation if the deployment has no running host."""
    if request.config.getoption("--url") and request.node.get_closest_marker("host"):
        anonymous: httpx2.Client = request.getfixturevalue("anonymous")
        if anonymous.get("/api/images/comfyui/status").json()["status"] != "running":
            pytest.skip("requires a running ComfyUI host")


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    failed = _points(terminalreporter, "failed") | _points(terminalreporter, "error")
    proved = _points(terminalreporter, "passed") - failed
    if not proved | failed:
        return
    terminalreporter.section("points of the contracts")
    terminalreporter.line(f"{len(proved)} points hold")
    for point in (name for name in POINTS if name in failed):
        terminalreporter.line(f"{point} does not hold: {POINTS[point]}", red=True)
    untested = [name for name in POINTS if name not in proved | failed]
    if untested and config.getoption("--url"):
        terminalreporter.line(f"{len(untested)} were not tested: {', '.join(untested)}")


def _points(reporter: pytest.TerminalReporter, outcome: str) -> set[str]:
    return {
        point
        for report in reporter.stats.get(outcome, [])
        for name, point in report.user_properties
        if name == "point"
    }
