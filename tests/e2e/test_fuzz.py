"""Generated requests, valid and invalid by the served OpenAPI document, on the whole stack."""

from pathlib import Path

import pytest

from tests.support.fuzz import WITHOUT_GENERATION, run_schemathesis
from tests.support.gallery import User

SECONDS = 45


@pytest.mark.timeout(300)  # every function starts cold
def test_generated_requests_get_documented_responses(john: User, tmp_path: Path) -> None:
    options = (*WITHOUT_GENERATION, "--max-time", str(SECONDS), "--seed", "1")

    requests = run_schemathesis(john, tmp_path, *options)

    assert requests > 100
