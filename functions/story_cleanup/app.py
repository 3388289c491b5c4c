"""Purges the stories that a delete-all has hidden, for one stories table."""

from typing import Any

from darkroom.models.story import Story
from darkroom.observability.log import with_request_id

PURGE_SECONDS = 45  # the function has 60


@with_request_id
def handler(event: dict[str, Any], context: Any) -> None:
    if not Story.purge(PURGE_SECONDS):
        Story.purge_later()
