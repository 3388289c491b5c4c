"""Identifiers: how new ones are made and how those of callers are read."""

import re
import uuid

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def new_uuid() -> str:
    return str(uuid.uuid4())


def canonical_uuid(text: str) -> str | None:
    """The UUID in its canonical form, or None when the text is no UUID."""
    lowered = text.lower()
    return lowered if _UUID.fullmatch(lowered) else None


def shard(identifier: str, shards: int) -> int:
    """Which of so many shards a UUID belongs to."""
    return int(identifier[:8], 16) % shards
