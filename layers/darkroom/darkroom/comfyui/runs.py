"""Runs as the host reports them: their state, outputs and errors."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

MAX_ERROR_LENGTH = 500

_PATH = re.compile(r"(?:[A-Za-z]:)?[/\\][^\s'\"]+")


class RunState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Run:
    """A run with its output files, and the reason of its failure."""

    state: RunState
    files: list[Mapping[str, str]] = field(default_factory=list)
    error: str = ""

    @property
    def is_active(self) -> bool:
        return self.state in (RunState.WAITING, RunState.RUNNING)


_STATES = {
    "pending": RunState.WAITING,
    "in_progress": RunState.RUNNING,
    "completed": RunState.SUCCEEDED,
    "success": RunState.SUCCEEDED,
    "failed": RunState.FAILED,
    "error": RunState.FAILED,
    "cancelled": RunState.CANCELLED,
}


def parse_job(job: Mapping[str, Any]) -> Run:
    """A run from the jobs routes."""
    state = _STATES.get(job["status"], RunState.FAILED)
    return Run(state, _output_files(job.get("outputs")), _failure(job.get("execution_error")))


def parse_history(entry: Mapping[str, Any]) -> Run:
    """A run from the history."""
    status = entry["status"]
    event, data = status["messages"][-1] if status["messages"] else ("", {})
    if event == "execution_interrupted":
        return Run(RunState.CANCELLED)
    return Run(_STATES[status["status_str"]], _output_files(entry["outputs"]), _failure(data))


def rejection_reason(status: int, body: Mapping[str, Any]) -> str:
    """Why a graph was rejected: the node and the input, without the host's lists and paths."""
    for node in (body.get("node_errors") or {}).values():
        for error in node["errors"]:
            name = error.get("extra_info", {}).get("input_name", "")
            return f"{node['class_type']}: {error['message']}: {name}"
    error = body.get("error")
    if isinstance(error, dict):
        return f"The host rejected the graph: {error.get('message')}"
    return f"The host rejected the graph with status {status}"


def _output_files(outputs: Mapping[str, Any] | None) -> list[Mapping[str, str]]:
    """Permanent outputs; previews have another type."""
    return [
        file
        for output in (outputs or {}).values()
        for file in output.get("images", ())
        if file.get("type") == "output"
    ]


def _failure(error: Mapping[str, Any] | None) -> str:
    """The failed node and its error in one line, without the host's paths."""
    if not error:
        return ""
    lines = str(error.get("exception_message", "")).strip().splitlines()
    kind = str(error.get("exception_type", "")).rpartition(".")[2]
    message = f"{error.get('node_type')}: {kind}: {lines[0] if lines else ''}"
    return _PATH.sub("…", message)[:MAX_ERROR_LENGTH]
