"""Twenty thousand requests that the served document allows or forbids."""

from pathlib import Path

import pytest

from tests.support.fuzz import run
from tests.support.gallery import Person

REQUESTS = 20_000
GENERATING = "generate"


@pytest.mark.timeout(7200)
def test_twenty_thousand_requests(john: Person, tmp_path: Path) -> None:
    made = 0
    seed = 1
    while made < REQUESTS:
        made += run(
            john,
            tmp_path,
            *("--phases", "coverage,fuzzing", "--max-examples", "100", "--seed", str(seed)),
            *("--exclude-path-regex", GENERATING, "--workers", "2"),
        )
        seed += 1


@pytest.mark.timeout(600)
def test_requests_for_images(john: Person, tmp_path: Path) -> None:
    options = ("--phases", "fuzzing", "--max-examples", "30", "--seed", "1")

    made = run(
        john,
        tmp_path,
        *options,
        "--include-path-regex",
        GENERATING,
        "--header",
        "Prefer: respond-async",
    )

    assert made > 30
