"""Progress of a run: the messages of its history entry and the events for its client."""

import time
from typing import Any

from local.comfyui.entries import Message, QueueEntry
from local.comfyui.sockets import Sockets


class ProgressReporter:
    def __init__(self, sockets: Sockets, entry: QueueEntry) -> None:
        self._sockets = sockets
        self._client_id = entry.client_id
        self._prompt_id = entry.prompt_id
        self._progress: dict[str, Any] = {}
        self.messages: list[Message] = []
        self.outputs: dict[str, Any] = {}
        self.executed: list[str] = []
        self.node_id = ""

    def add_message(self, type: str, **fields: object) -> None:
        data = {"prompt_id": self._prompt_id, **fields, "timestamp": int(time.time() * 1000)}
        self.messages.append((type, data))
        self._sockets.send(self._client_id, type, data)

    def start_node(self, node_id: str) -> None:
        self.node_id = node_id
        self._set_progress(0.0, 1.0, "running")
        self._send("executing", node=node_id, display_node=node_id)

    def step(self, value: int, maximum: int) -> None:
        self._set_progress(value, maximum, "running")
        self._send("progress", value=value, max=maximum, node=self.node_id)

    def finish_node(self, output: dict[str, Any] | None) -> None:
        self.executed.append(self.node_id)
        if output is not None:
            self._add_output(output)
        maximum = self._progress[self.node_id]["max"]
        self._set_progress(maximum, maximum, "finished")

    def reuse_node(self, node_id: str, output: dict[str, Any]) -> None:
        self.node_id = node_id
        self._add_output(output)
        self._set_progress(1, 1, "finished")

    def _add_output(self, output: dict[str, Any]) -> None:
        self.outputs[self.node_id] = output
        self._send("executed", node=self.node_id, display_node=self.node_id, output=output)

    def _set_progress(self, value: float, maximum: float, state: str) -> None:
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
        data = {"prompt_id": self._prompt_id, "nodes": dict(self._progress)}
        if self._client_id is None:
            self._sockets.broadcast("progress_state", data)
        else:
            self._sockets.send(self._client_id, "progress_state", data)

    def _send(self, type: str, **fields: object) -> None:
        self._sockets.send(self._client_id, type, {**fields, "prompt_id": self._prompt_id})
