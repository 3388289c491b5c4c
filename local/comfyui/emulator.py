import threading
from collections.abc import Callable
from typing import NamedTuple

from starlette.responses import Response

from local.comfyui.calls import Call
from local.comfyui.host import Host
from local.comfyui.installation import Installation
from local.comfyui.settings import Settings


class Emulator:
    """The installation, and the host process that currently runs in it."""

    def __init__(self, settings: Settings) -> None:
        self.installation = Installation(settings)
        self._restart_lock = threading.Lock()
        self.host = Host(self.installation)

    def restart(self) -> None:
        with self._restart_lock:
            self.stop()
            self.start()

    def start(self) -> None:
        self.host = Host(self.installation)
        self.host.start()

    def stop(self) -> None:
        self.host.stop()
        self.installation.sockets.close()


class Operation(NamedTuple):
    """A route of the host; `perform` runs in a thread."""

    name: str
    method: str
    path: str
    perform: Callable[[Emulator, Call], Response]
