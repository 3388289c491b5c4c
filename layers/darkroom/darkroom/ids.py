"""Identifiers: how new ones are made and how those of callers are read."""

import re
import secrets
import time
import uuid

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_EPOCH_2024 = 1_704_067_200_000  # milliseconds


def new_uuid() -> str:
    return str(uuid.uuid4())


def new_integer() -> int:
    """A time-ordered integer below 2^53, which JavaScript keeps exact, until the year 2093.

    Milliseconds since 2024 and 12 random bits: whoever stores it does so on condition that it is
    new, and draws again if it is not.
    """
    milliseconds = time.time_ns() // 1_000_000 - _EPOCH_2024
    return milliseconds << 12 | secrets.randbits(12)


def position(identifier: int) -> str:
    """An integer id as text that sorts as the ids do."""
    return f"{identifier:016}"


def canonical_uuid(text: str) -> str | None:
    """The UUID in its canonical form, or None when the text is no UUID."""
    lowered = text.lower()
    return lowered if _UUID.fullmatch(lowered) else None


def shard(identifier: str, shards: int) -> int:
    """Which of so many shards a UUID belongs to."""
    return int(identifier[:8], 16) % shards
