"""How the host is: told by its own answer first, and where it is mute by its instance."""

import time

from comfyui_host.schemas import HostStatus
from darkroom.comfyui import host, instance
from darkroom.errors import HostStartError, HostTroubleError
from darkroom.observability.log import logger

PROBE_SECONDS = 2
START_SECONDS = 20  # of the gateway's 29
PAUSE = 0.5


def status() -> HostStatus:
    try:
        if host.is_ready(PROBE_SECONDS):
            return HostStatus(status="running", message="ComfyUI is running")
        if instance.is_coming():
            return HostStatus(status="starting", message="ComfyUI is starting")
    except HostTroubleError as error:
        return HostStatus(status="error", message=error.message)
    except HostStartError as error:
        logger.warning("The instance's state is unknown", exc_info=error)
        return HostStatus(status="error", message=error.message)
    return HostStatus(status="stopped", message="ComfyUI is not running")


def start() -> bool:
    """Start the host; whether it answers already. Raises `HostStartError`."""
    if host.is_ready(PROBE_SECONDS):
        return True
    end = time.monotonic() + START_SECONDS
    # An instance that still stops can be started only after that.
    while not instance.start():
        if time.monotonic() > end:
            raise HostStartError("The instance is still stopping")
        time.sleep(PAUSE)
    while time.monotonic() < end:
        if host.is_ready(PROBE_SECONDS):
            return True
        time.sleep(PAUSE)
    return False
