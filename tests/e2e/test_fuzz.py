"""What the served document allows and forbids, asked of the whole stack for a while."""

from pathlib import Path

import pytest

from tests.support.fuzz import ALL_BUT_GENERATING, run
from tests.support.gallery import Person

SECONDS = 45


@pytest.mark.timeout(300)  # every function starts cold
def test_a_while_of_all_kinds_of_requests(john: Person, tmp_path: Path) -> None:
    options = (*ALL_BUT_GENERATING, "--max-time", str(SECONDS), "--seed", "1")

    requests = run(john, tmp_path, *options)

    assert requests > 100
