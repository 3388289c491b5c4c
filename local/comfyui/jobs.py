"""The one view of all states that `/api/jobs` gives."""

from typing import Any

from local.comfyui.entries import Entry, Record
from local.comfyui.host import View

STATES = ("pending", "in_progress", "completed", "failed", "cancelled")
ENDS = {
    "execution_success": "completed",
    "execution_error": "failed",
    "execution_interrupted": "cancelled",
}

Job = dict[str, Any]


def newest_first(view: View) -> list[Job]:
    jobs = [
        *(_waiting(entry, "pending") for entry in view.pending),
        *(_waiting(entry, "in_progress") for entry in view.running),
        *(_ended(record) for record in view.history.values()),
    ]
    return sorted(jobs, key=lambda job: job["create_time"], reverse=True)


def find(view: View, prompt_id: str) -> Job | None:
    """With everything known of it: of a job that ended its outputs and its graph too."""
    if record := view.history.get(prompt_id):
        return _ended(record) | _details(record)
    for state, entries in (("in_progress", view.running), ("pending", view.pending)):
        for entry in entries:
            if entry.prompt_id == prompt_id:
                return _waiting(entry, state)
    return None


def _waiting(entry: Entry, state: str) -> Job:
    return {
        "id": entry.prompt_id,
        "status": state,
        "priority": entry.number,
        "create_time": entry.extra_data["create_time"],
        "outputs_count": 0,
        "previewable_outputs_count": 0,
    }


def _ended(record: Record) -> Job:
    images = [
        {**image, "nodeId": node_id, "mediaType": "images"}
        for node_id, shown in record.outputs.items()
        for image in shown["images"]
    ]
    return {
        **_waiting(record.entry, ENDS[record.end]),
        "execution_start_time": record.messages[0][1]["timestamp"],
        "execution_end_time": record.messages[-1][1]["timestamp"],
        **({"execution_error": record.messages[-1][1]} if record.end == "execution_error" else {}),
        "outputs_count": len(images),
        "previewable_outputs_count": len(images),
        **({"preview_output": images[0]} if images else {}),
    }


def _details(record: Record) -> Job:
    return {
        "outputs": record.outputs,
        "execution_status": record.status(),
        "workflow": {"prompt": record.entry.graph, "extra_data": record.entry.extra_data},
    }
