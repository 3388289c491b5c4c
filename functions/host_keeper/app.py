"""Closes jobs that nobody will end, and stops the ComfyUI host that nobody needs."""

from typing import Any

from darkroom.observability.log import logger
from host_keeper import service


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: Any) -> None:
    service.close_overdue_jobs()
    service.stop_idle_host()
