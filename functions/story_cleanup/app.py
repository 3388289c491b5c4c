"""Removes what a delete-all has made invisible, for one table of stories."""

from typing import Any

from darkroom import queues, settings
from darkroom.observability.log import logger
from darkroom.purge import purge

PURGES_QUEUE = settings.text("STORY_PURGES_QUEUE")
PURGE_SECONDS = 45  # of the function's 60


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: Any) -> None:
    if not purge(PURGE_SECONDS):
        queues.send(PURGES_QUEUE, {})
