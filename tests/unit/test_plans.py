"""The image limit of a plan, in each contract mode."""

import pytest

from darkroom import contract_mode
from darkroom.web.caller import Caller
from publications import plans


@pytest.mark.parametrize(
    ("is_hardened", "groups", "claims_premium", "images"),
    [
        (False, set(), False, 4),
        (False, set(), True, 8),
        (False, {"premium"}, False, 8),
        (True, set(), True, 4),
        (True, {"premium"}, False, 8),
    ],
)
def test_a_claim_raises_the_limit_only_in_documented_mode(
    monkeypatch: pytest.MonkeyPatch,
    is_hardened: bool,
    groups: set[str],
    claims_premium: bool,
    images: int,
) -> None:
    monkeypatch.setattr(contract_mode, "IS_HARDENED", is_hardened)
    caller = Caller("sub", "ana", frozenset(groups))

    assert plans.image_limit(caller, claims_premium) == images
