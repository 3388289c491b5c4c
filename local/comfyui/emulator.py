import threading
from collections.abc import Callable
from typing import NamedTuple

from starlette.responses import Response

from local.comfyui.calls import Call
from local.comfyui.host import Host
from local.comfyui.settings import Settings
from local.comfyui.workshop import Workshop


class Emulator:
    """The workshop, and the host that lives in it for the time being."""

    def __init__(self, settings: Settings) -> None:
        self.workshop = Workshop(settings)
        self._restarting = threading.Lock()
        self.host = Host(self.workshop)

    def restart(self) -> None:
        with self._restarting:
            self.stop()
            self.start()

    def start(self) -> None:
        self.host = Host(self.workshop)
        self.host.start()

    def stop(self) -> None:
        self.host.stop()
        self.workshop.sockets.close()


class Operation(NamedTuple):
    """A route of the host; `perform` runs in a thread."""

    name: str
    method: str
    path: str
    perform: Callable[[Emulator, Call], Response]
