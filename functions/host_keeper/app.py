"""Fails overdue jobs and stops the idle ComfyUI host."""

from typing import Any

from darkroom.observability.log import with_request_id
from host_keeper import service


@with_request_id
def handler(event: dict[str, Any], context: Any) -> None:
    service.fail_overdue_jobs()
    service.stop_idle_host()
