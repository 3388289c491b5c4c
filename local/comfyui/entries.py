"""The entries of the queue and of the history."""

from typing import Any, NamedTuple

from local.comfyui.graphs import Graph

Message = tuple[str, dict[str, Any]]


class QueueEntry(NamedTuple):
    """A submitted prompt. `/queue` and `/history` return it as a JSON list of these fields."""

    number: float
    prompt_id: str
    graph: Graph
    extra_data: dict[str, Any]
    outputs: list[str]

    @property
    def client_id(self) -> str | None:
        client_id = self.extra_data.get("client_id")
        return client_id if isinstance(client_id, str) else None


class HistoryEntry(NamedTuple):
    """The result of a run."""

    prompt: QueueEntry
    outputs: dict[str, Any]
    messages: list[Message]

    @property
    def final_message_type(self) -> str:
        """Whether the run succeeded, failed or was interrupted."""
        return self.messages[-1][0]

    def status(self) -> dict[str, Any]:
        completed = self.final_message_type == "execution_success"
        return {
            "status_str": "success" if completed else "error",
            "completed": completed,
            "messages": self.messages,
        }

    def document(self) -> dict[str, Any]:
        return {
            "prompt": self.prompt,
            "outputs": self.outputs,
            "status": self.status(),
            "meta": {node_id: _meta(node_id) for node_id in self.outputs},
        }


def _meta(node_id: str) -> dict[str, Any]:
    return {
        "node_id": node_id,
        "display_node": node_id,
        "parent_node": None,
        "real_node_id": node_id,
    }
