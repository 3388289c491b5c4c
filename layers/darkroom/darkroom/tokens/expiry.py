"""When a token expires. Loads no JWT library, since most functions have none."""

import time

LEEWAY_SECONDS = 30  # tolerated difference between the issuer's clock and this one


def has_expired(expires_at: int) -> bool:
    """Whether the `exp` claim has passed, with the leeway."""
    return expires_at + LEEWAY_SECONDS <= time.time()
