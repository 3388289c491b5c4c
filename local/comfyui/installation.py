from collections import deque
from typing import Any

from local.comfyui.definitions import definitions
from local.comfyui.faults import SCOPES
from local.comfyui.settings import Settings
from local.comfyui.sockets import Sockets
from local.control import MAX_RECORDED_REQUESTS
from local.faults import Faults


class Installation:
    """Everything that a restart of the host does not change."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.seconds = settings.seconds
        self.definitions = definitions(settings.checkpoints)
        self.output = settings.data / "output"
        self.output.mkdir(parents=True, exist_ok=True)
        self.faults = Faults(SCOPES)
        self.sockets = Sockets()
        self.requests: deque[dict[str, Any]] = deque(maxlen=MAX_RECORDED_REQUESTS)
