"""Twenty thousand requests, valid and invalid by the served OpenAPI document."""

from itertools import count
from pathlib import Path

import pytest

from tests.support.fuzz import GENERATE_PATH, WITHOUT_GENERATION, run_schemathesis
from tests.support.gallery import User

REQUESTS = 20_000


@pytest.mark.timeout(7200)
def test_twenty_thousand_requests_get_documented_responses(john: User, tmp_path: Path) -> None:
    sent = 0
    for seed in count(1):
        options = (*WITHOUT_GENERATION, "--max-examples", "100", "--seed", str(seed))
        sent += run_schemathesis(john, tmp_path, *options)
        if sent >= REQUESTS:
            break


@pytest.mark.timeout(600)
def test_requests_for_images_get_documented_responses(john: User, tmp_path: Path) -> None:
    options = ("--phases", "fuzzing", "--max-examples", "30", "--seed", "1")
    asynchronous = ("--include-path-regex", GENERATE_PATH, "--header", "Prefer: respond-async")

    sent = run_schemathesis(john, tmp_path, *options, *asynchronous)

    assert sent > 30
