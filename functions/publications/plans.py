"""The plans: how many images a publication may have."""

from darkroom import contract_mode
from darkroom.web.caller import Caller

REGULAR_IMAGES, PREMIUM_IMAGES = 4, 8
PREMIUM_GROUP = "premium"


def image_limit(caller: Caller, claims_premium: bool) -> int:
    """The limit for the caller's publications. In `documented`, the claim of a form is trusted."""
    is_premium = PREMIUM_GROUP in caller.groups
    is_trusted = claims_premium and not contract_mode.IS_HARDENED
    return PREMIUM_IMAGES if is_premium or is_trusted else REGULAR_IMAGES
