"""`python -m tests.support.collected FILE`: the points of the contract's tests as JSON, by test."""

import json
import sys
from pathlib import Path

import pytest


class Collected:
    def __init__(self) -> None:
        self.points: dict[str, list[str]] = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            points = [point for mark in item.iter_markers("point") for point in mark.args]
            self.points[item.nodeid] = points


def main() -> int:
    collected = Collected()
    status = pytest.main(["--collect-only", "--quiet", *sys.argv[2:]], plugins=[collected])
    Path(sys.argv[1]).write_text(json.dumps(collected.points))
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
