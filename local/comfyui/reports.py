"""What a run tells: the messages that its history keeps, and the events for its client."""

import time
from typing import Any

from local.comfyui.entries import Entry, Message
from local.comfyui.sockets import Sockets


class Report:
    def __init__(self, sockets: Sockets, entry: Entry) -> None:
        self._sockets = sockets
        self._client_id = entry.client_id
        self._prompt_id = entry.prompt_id
        self._progress: dict[str, Any] = {}
        self.messages: list[Message] = []
        self.outputs: dict[str, Any] = {}
        self.executed: list[str] = []
        self.node_id = ""

    def message(self, type: str, **data: object) -> None:
        told = {"prompt_id": self._prompt_id, **data, "timestamp": int(time.time() * 1000)}
        self.messages.append((type, told))
        self._sockets.tell(self._client_id, type, told)

    def starts(self, node_id: str) -> None:
        self.node_id = node_id
        self._advances(0.0, 1.0, "running")
        self._event("executing", node=node_id, display_node=node_id)

    def steps(self, value: int, maximum: int) -> None:
        self._advances(value, maximum, "running")
        self._event("progress", value=value, max=maximum, node=self.node_id)

    def ends(self, shown: dict[str, Any] | None) -> None:
        self.executed.append(self.node_id)
        if shown is not None:
            self._shows(shown)
        reached = self._progress[self.node_id]["max"]
        self._advances(reached, reached, "finished")

    def reuses(self, node_id: str, shown: dict[str, Any]) -> None:
        self.node_id = node_id
        self._shows(shown)
        self._advances(1, 1, "finished")

    def _shows(self, shown: dict[str, Any]) -> None:
        self.outputs[self.node_id] = shown
        self._event("executed", node=self.node_id, display_node=self.node_id, output=shown)

    def _advances(self, value: float, maximum: float, state: str) -> None:
        self._progress[self.node_id] = {
            "value": value,
            "max": maximum,
            "state": state,
            "node_id": self.node_id,
            "prompt_id": self._prompt_id,
            "display_node_id": self.node_id,
            "parent_node_id": None,
            "real_node_id": self.node_id,
        }
        told = {"prompt_id": self._prompt_id, "nodes": dict(self._progress)}
        if self._client_id is None:
            self._sockets.tell_all("progress_state", told)
        else:
            self._sockets.tell(self._client_id, "progress_state", told)

    def _event(self, type: str, **data: object) -> None:
        self._sockets.tell(self._client_id, type, {**data, "prompt_id": self._prompt_id})
