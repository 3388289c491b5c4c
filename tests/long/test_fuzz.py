"""Twenty thousand requests that the served document allows or forbids."""

from itertools import count
from pathlib import Path

import pytest

from tests.support.fuzz import ALL_BUT_GENERATING, GENERATING, run
from tests.support.gallery import Person

REQUESTS = 20_000


@pytest.mark.timeout(7200)
def test_twenty_thousand_requests(john: Person, tmp_path: Path) -> None:
    made = 0
    for seed in count(1):
        options = (*ALL_BUT_GENERATING, "--max-examples", "100", "--seed", str(seed))
        made += run(john, tmp_path, *options)
        if made >= REQUESTS:
            break


@pytest.mark.timeout(600)
def test_requests_for_images(john: Person, tmp_path: Path) -> None:
    options = ("--phases", "fuzzing", "--max-examples", "30", "--seed", "1")
    not_waiting = ("--include-path-regex", GENERATING, "--header", "Prefer: respond-async")

    made = run(john, tmp_path, *options, *not_waiting)

    assert made > 30
