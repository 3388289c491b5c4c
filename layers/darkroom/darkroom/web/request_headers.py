"""Request headers that several groups accept."""

from typing import Annotated

from fastapi import Header

IDEMPOTENCY_KEY = "Idempotency-Key"
MAX_KEY_LENGTH = 255

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias=IDEMPOTENCY_KEY,
        min_length=1,
        max_length=MAX_KEY_LENGTH,
        description="A repeated request with this key returns the first response.",
    ),
]
