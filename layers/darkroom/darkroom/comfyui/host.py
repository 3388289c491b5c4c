"""What we ask of a ComfyUI host, over HTTP.

All routes stand under `/api`. Versions before 0.25.1 lack the jobs routes, wholly or in part; there
the queue and the history tell the same.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any
from urllib.parse import urlencode

import urllib3
from urllib3.exceptions import HTTPError

from darkroom import settings
from darkroom.errors import HostAwayError, HostTroubleError, RunFailedError
from darkroom.secrets import secret

URL = settings.text("COMFYUI_URL").rstrip("/")
TOKEN_PARAMETER = settings.optional("COMFYUI_TOKEN_PARAMETER")

TIMEOUT = urllib3.Timeout(connect=3, read=10)
MAX_IMAGE_BYTES = 64 * 1024 * 1024
CLIENT_ID = "darkroom"  # without one, some versions say nothing of cached outputs

_PNG = b"\x89PNG\r\n\x1a\n"
_AWAY = {502, 503, 504}
_REFUSED = {400, 413}
_GONE = {400, 403, 404}
_PATH = re.compile(r"(?:[A-Za-z]:)?[/\\][^\s'\"]+")


class RunState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Run:
    """One prompt at the host, with the files that it has put out and why it failed."""

    state: RunState
    files: list[Mapping[str, str]] = field(default_factory=list)
    error: str = ""


def is_ready(timeout: float) -> bool:
    """Whether the host answers within so many seconds. Raises `HostTroubleError` when it answers
    and not as it should."""
    try:
        _get("/system_stats", timeout=urllib3.Timeout(total=timeout))
    except HostTroubleError:
        raise
    except HostAwayError:
        return False
    return True


def waiting() -> int:
    """How many prompts run or wait on the host, whoever sent them."""
    return int(_get("/prompt")["exec_info"]["queue_remaining"])


def post(prompt_id: str, graph: Mapping[str, Any]) -> None:
    """Hand a prompt over.

    Raises `RunFailedError` when the host refuses it, `HostAwayError` when there is no answer: the
    host may have it all the same then.
    """
    body = {"prompt": graph, "prompt_id": prompt_id, "client_id": CLIENT_ID}
    answer = _request("POST", "/prompt", json=body)
    said = _json(answer)
    if answer.status in _REFUSED:
        raise RunFailedError(_refusal(answer.status, said))
    if _expect(answer).get("node_errors"):
        cancel(prompt_id)  # the rest of the graph would run
        raise RunFailedError(_refusal(answer.status, said))


def run(prompt_id: str) -> Run | None:
    """What the host says of a prompt; None when it does not know it."""
    answer = _request("GET", f"/jobs/{prompt_id}")
    if answer.status == 404 and not _json(answer):
        return _run_of_old_host(prompt_id)
    if answer.status == 404:
        return None
    return _run(_expect(answer))


def cancel(prompt_id: str) -> None:
    """Ask the host to drop or stop a prompt: only this one, and it may still run to its end."""
    answer = _request("POST", f"/jobs/{prompt_id}/cancel")
    if answer.status in (404, 405):
        _request("POST", "/queue", json={"delete": [prompt_id]})
        _request("POST", "/interrupt", json={"prompt_id": prompt_id})


def fetch(file: Mapping[str, str]) -> bytes:
    """An image that the host has put out, as PNG without the graph that it carries."""
    query = {key: file.get(key, "") for key in ("filename", "subfolder", "type")}
    path = f"/view?{urlencode({**query, 'channel': 'rgb'})}"
    answer = _request("GET", path, preload_content=False)
    content = answer.read(MAX_IMAGE_BYTES + 1)
    answer.release_conn()
    if answer.status in _GONE or (answer.status == 200 and not content.startswith(_PNG)):
        raise RunFailedError("The host no longer has an image that it made")
    if answer.status != 200:
        raise HostTroubleError(f"The host answered with status {answer.status}")
    if len(content) > MAX_IMAGE_BYTES:
        raise RunFailedError(f"An image is larger than {MAX_IMAGE_BYTES} bytes")
    return bytes(content)


_STATES = {
    "pending": RunState.WAITING,
    "in_progress": RunState.RUNNING,
    "completed": RunState.SUCCEEDED,
    "success": RunState.SUCCEEDED,
    "failed": RunState.FAILED,
    "error": RunState.FAILED,
    "cancelled": RunState.CANCELLED,
}


def _run(job: Mapping[str, Any]) -> Run:
    state = _STATES.get(job["status"], RunState.FAILED)
    return Run(state, _files(job.get("outputs")), _failure(job.get("execution_error")))


def _run_of_old_host(prompt_id: str) -> Run | None:
    # The queue first: a run that ends between the two is in the history then.
    queue = _get("/queue")
    for state, key in (
        (RunState.RUNNING, "queue_running"),
        (RunState.WAITING, "queue_pending"),
    ):
        if any(entry[1] == prompt_id for entry in queue[key]):
            return Run(state)
    entry = _get(f"/history/{prompt_id}").get(prompt_id)
    return _run_of_history(entry) if entry else None


def _run_of_history(entry: Mapping[str, Any]) -> Run:
    status = entry["status"]
    last, told = status["messages"][-1] if status["messages"] else ("", {})
    if last == "execution_interrupted":
        return Run(RunState.CANCELLED)
    return Run(_STATES[status["status_str"]], _files(entry["outputs"]), _failure(told))


def _files(outputs: Mapping[str, Any] | None) -> list[Mapping[str, str]]:
    """Files kept for good: previews are of another type."""
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
    return _PATH.sub("…", f"{error.get('node_type')}: {kind}: {lines[0] if lines else ''}")[:500]


def _refusal(status: int, said: Mapping[str, Any]) -> str:
    """Why a graph was refused: the node and the input, without the host's lists and paths."""
    for node in (said.get("node_errors") or {}).values():
        for error in node["errors"]:
            name = error.get("extra_info", {}).get("input_name", "")
            return f"{node['class_type']}: {error['message']}: {name}"
    error = said.get("error")
    if isinstance(error, dict):
        return f"The host refused the graph: {error.get('message')}"
    return f"The host refused the graph with status {status}"


def _get(path: str, **options: Any) -> Any:
    return _expect(_request("GET", path, **options))


def _expect(answer: urllib3.BaseHTTPResponse) -> Any:
    if answer.status != 200:
        raise HostTroubleError(f"The host answered with status {answer.status}")
    return _json(answer)


def _json(answer: urllib3.BaseHTTPResponse) -> Any:
    try:
        return json.loads(answer.data)
    except ValueError:
        return {}


def _request(method: str, path: str, **options: Any) -> urllib3.BaseHTTPResponse:
    try:
        answer = _pool().request(
            method, f"{URL}/api{path}", headers=_headers(), **{"timeout": TIMEOUT, **options}
        )
    except HTTPError as error:
        raise HostAwayError("ComfyUI service unavailable") from error
    if answer.status in _AWAY:
        raise HostAwayError("ComfyUI service unavailable")
    return answer


def _headers() -> dict[str, str]:
    """The header that the parameter holds, as `Name: value`."""
    if not TOKEN_PARAMETER:
        return {}
    name, _, value = secret(TOKEN_PARAMETER).partition(":")
    return {name.strip(): value.strip()}


@cache
def _pool() -> urllib3.PoolManager:
    return urllib3.PoolManager(retries=urllib3.Retry(0, redirect=3))
