"""The status of the host: from its own response, or else from its instance."""

import time

from comfyui_host.schemas import HostStatus
from darkroom.comfyui import host, instance
from darkroom.errors import HostResponseError, HostStartError
from darkroom.observability.log import logger

PROBE_SECONDS = 2
START_SECONDS = 20  # the gateway ends a request after 29
PAUSE_SECONDS = 0.5
STILL_STOPPING = "The instance is still stopping"


def status() -> HostStatus:
    try:
        if host.is_ready(PROBE_SECONDS):
            return HostStatus(status="running", message="ComfyUI is running")
        if instance.is_started():
            return HostStatus(status="starting", message="ComfyUI is starting")
    except HostResponseError as error:
        return HostStatus(status="error", message=error.message)
    except HostStartError as error:
        logger.warning("The instance's state is unknown", exc_info=error)
        return HostStatus(status="error", message=error.message)
    return HostStatus(status="stopped", message="ComfyUI is not running")


def start() -> bool:
    """Start the host; return whether it responds already. Raises `HostStartError`."""
    if host.is_ready(PROBE_SECONDS):
        return True
    end = time.monotonic() + START_SECONDS
    # An instance can be started only after it has stopped.
    while not instance.start():
        if time.monotonic() > end:
            raise HostStartError(STILL_STOPPING)
        time.sleep(PAUSE_SECONDS)
    while time.monotonic() < end:
        if host.is_ready(PROBE_SECONDS):
            return True
        time.sleep(PAUSE_SECONDS)
    return False
