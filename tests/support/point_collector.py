"""`python -m tests.support.point_collector FILE`: write the points of each test as JSON."""

import json
import sys
from pathlib import Path

import pytest


class PointCollector:
    """A pytest plugin that reads the `point` marks of the collected tests."""

    def __init__(self) -> None:
        self.points: dict[str, list[str]] = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            points = [point for mark in item.iter_markers("point") for point in mark.args]
            self.points[item.nodeid] = points


def main() -> int:
    collector = PointCollector()
    status = pytest.main(["--collect-only", "--quiet", *sys.argv[2:]], plugins=[collector])
    Path(sys.argv[1]).write_text(json.dumps(collector.points))
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
