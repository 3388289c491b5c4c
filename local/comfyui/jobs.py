"""The job documents of `/api/jobs`, for queued, running and finished prompts alike."""

from typing import Any

from local.comfyui.entries import HistoryEntry, QueueEntry
from local.comfyui.host import Snapshot

STATES = ("pending", "in_progress", "completed", "failed", "cancelled")
FINAL_STATES = {
    "execution_success": "completed",
    "execution_error": "failed",
    "execution_interrupted": "cancelled",
}

Job = dict[str, Any]


def newest_first(snapshot: Snapshot) -> list[Job]:
    jobs = [
        *(_unfinished_job(entry, "pending") for entry in snapshot.pending),
        *(_unfinished_job(entry, "in_progress") for entry in snapshot.running),
        *(_finished_job(result) for result in snapshot.history.values()),
    ]
    return sorted(jobs, key=lambda job: job["create_time"], reverse=True)


def find(snapshot: Snapshot, prompt_id: str) -> Job | None:
    """In full: a finished job includes its outputs and its graph."""
    if result := snapshot.history.get(prompt_id):
        return _finished_job(result) | _details(result)
    for state, entries in (("in_progress", snapshot.running), ("pending", snapshot.pending)):
        for entry in entries:
            if entry.prompt_id == prompt_id:
                return _unfinished_job(entry, state)
    return None


def _unfinished_job(entry: QueueEntry, state: str) -> Job:
    return {
        "id": entry.prompt_id,
        "status": state,
        "priority": entry.number,
        "create_time": entry.extra_data["create_time"],
        "outputs_count": 0,
        "previewable_outputs_count": 0,
    }


def _finished_job(result: HistoryEntry) -> Job:
    images = [
        {**image, "nodeId": node_id, "mediaType": "images"}
        for node_id, output in result.outputs.items()
        for image in output["images"]
    ]
    final_type, final_data = result.messages[-1]
    return {
        **_unfinished_job(result.prompt, FINAL_STATES[final_type]),
        "execution_start_time": result.messages[0][1]["timestamp"],
        "execution_end_time": final_data["timestamp"],
        **({"execution_error": final_data} if final_type == "execution_error" else {}),
        "outputs_count": len(images),
        "previewable_outputs_count": len(images),
        **({"preview_output": images[0]} if images else {}),
    }


def _details(result: HistoryEntry) -> Job:
    return {
        "outputs": result.outputs,
        "execution_status": result.status(),
        "workflow": {"prompt": result.prompt.graph, "extra_data": result.prompt.extra_data},
    }
