"""What the served document allows and forbids, asked of the whole stack for a while."""

from pathlib import Path

import pytest

from tests.support.fuzz import run
from tests.support.gallery import Person

# Each request that is understood makes an image.
GENERATING = "generate"
SECONDS = 45


@pytest.mark.timeout(300)  # every function starts cold
def test_a_while_of_all_kinds_of_requests(john: Person, tmp_path: Path) -> None:
    requests = run(
        john,
        tmp_path,
        *("--phases", "coverage,fuzzing", "--max-time", str(SECONDS), "--seed", "1"),
        *("--exclude-path-regex", GENERATING, "--workers", "2"),
    )

    assert requests > 100
