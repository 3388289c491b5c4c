from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

from local.cloudinary.calls import Call
from local.cloudinary.faults import SCOPES
from local.cloudinary.quota import Quota
from local.cloudinary.settings import Settings
from local.cloudinary.store import Store
from local.control import MAX_RECORDED_REQUESTS
from local.faults import Faults


class Emulator:
    """The state of a running emulator."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Store(settings.data)
        self.quota = Quota(settings.admin_quota)
        self.faults = Faults(SCOPES)
        self.requests: deque[dict[str, Any]] = deque(maxlen=MAX_RECORDED_REQUESTS)


class Operation(NamedTuple):
    """A method of one of the two APIs; `perform` runs in a thread."""

    name: str
    method: str
    path: str
    perform: Callable[[Emulator, Call], dict[str, Any]]
    admin: bool = False
