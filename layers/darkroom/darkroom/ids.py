"""Identifiers: creating new ones and validating those of callers."""

import re
import secrets
import time
import uuid

MAX_INTEGER_ID = 2**63 - 1

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_EPOCH_2024 = 1_704_067_200_000  # milliseconds


def new_uuid() -> str:
    return str(uuid.uuid4())


def new_integer() -> int:
    """A time-ordered integer below 2^53, which JavaScript represents exactly, until the year 2093.

    Milliseconds since 2024 and 12 random bits. It may collide: the caller stores it under the
    condition that it is new, and draws another if it is not.
    """
    milliseconds = time.time_ns() // 1_000_000 - _EPOCH_2024
    return milliseconds << 12 | secrets.randbits(12)


def may_exist(identifier: int) -> bool:
    """Whether an integer id is in the valid range; DynamoDB rejects numbers above 38 digits."""
    return 1 <= identifier <= MAX_INTEGER_ID


def position(identifier: int) -> str:
    """An integer id as text that sorts like the ids."""
    return f"{identifier:016}"


def canonical_uuid(text: str) -> str | None:
    """The UUID in canonical form, or None if the text is not a UUID."""
    lowered = text.lower()
    return lowered if _UUID.fullmatch(lowered) else None


def shard(identifier: str, shards: int) -> int:
    """The shard of a UUID, from 0 to `shards` - 1."""
    return int(identifier[:8], 16) % shards
