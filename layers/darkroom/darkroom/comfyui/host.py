"""HTTP client of the ComfyUI host.

All routes are below `/api`. Hosts before version 0.25.1 lack some or all of the jobs routes; there
the queue and the history contain the same information.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import urllib3

from darkroom.comfyui import connection
from darkroom.comfyui.connection import json_body, request, success_body
from darkroom.comfyui.runs import Run, RunState, parse_history, parse_job, rejection_reason
from darkroom.errors import HostResponseError, HostUnreachableError, RunFailedError

MAX_IMAGE_BYTES = 64 * 1024 * 1024
CLIENT_ID = "darkroom"  # without one, some versions do not report cached outputs

_PNG = b"\x89PNG\r\n\x1a\n"
_REJECTED = {400, 413}
_MISSING = {400, 403, 404}


def is_ready(timeout: float) -> bool:
    """Whether the host responds within `timeout` seconds.

    Raises `HostResponseError` for an unexpected response.
    """
    try:
        _get("/system_stats", timeout=urllib3.Timeout(total=timeout))
    except HostResponseError:
        raise
    except HostUnreachableError:
        return False
    return True


def queue_length() -> int:
    """The number of prompts that run or wait on the host, of all clients."""
    return int(_get("/prompt")["exec_info"]["queue_remaining"])


def submit(prompt_id: str, graph: Mapping[str, Any]) -> None:
    """Submit a prompt.

    Raises `RunFailedError` when the host rejects it, and `HostUnreachableError` when there is no
    response: the host may have accepted it then.
    """
    payload = {"prompt": graph, "prompt_id": prompt_id, "client_id": CLIENT_ID}
    response = request("POST", "/prompt", json=payload)
    body = json_body(response)
    if response.status in _REJECTED:
        raise RunFailedError(rejection_reason(response.status, body))
    if success_body(response).get("node_errors"):
        cancel(prompt_id)  # the valid part of the graph would run
        raise RunFailedError(rejection_reason(response.status, body))


def find_run(prompt_id: str) -> Run | None:
    """The state of a prompt's run; None if the host does not know the prompt."""
    response = request("GET", f"/jobs/{prompt_id}")
    if response.status == 404 and not json_body(response):
        return _find_run_without_jobs(prompt_id)
    if response.status == 404:
        return None
    return parse_job(success_body(response))


def cancel(prompt_id: str) -> None:
    """Request the cancellation of this prompt; its run may still finish."""
    response = request("POST", f"/jobs/{prompt_id}/cancel")
    if response.status in (404, 405):
        request("POST", "/queue", json={"delete": [prompt_id]})
        request("POST", "/interrupt", json={"prompt_id": prompt_id})


def fetch_image(file: Mapping[str, str]) -> bytes:
    """An output of the host as PNG, re-encoded by the host without the embedded graph."""
    query = {key: file.get(key, "") for key in ("filename", "subfolder", "type")}
    path = f"/view?{urlencode({**query, 'channel': 'rgb'})}"
    response = request("GET", path, preload_content=False)
    content = response.read(MAX_IMAGE_BYTES + 1)
    response.release_conn()
    if response.status in _MISSING or (response.status == 200 and not content.startswith(_PNG)):
        raise RunFailedError("The host no longer has an image that it generated")
    if response.status != 200:
        raise connection.unexpected(response)
    if len(content) > MAX_IMAGE_BYTES:
        raise RunFailedError(f"An image is larger than {MAX_IMAGE_BYTES} bytes")
    return bytes(content)


def _find_run_without_jobs(prompt_id: str) -> Run | None:
    # The queue is read first: a run that ends in between is in the history afterwards.
    queue = _get("/queue")
    for state, key in (
        (RunState.RUNNING, "queue_running"),
        (RunState.WAITING, "queue_pending"),
    ):
        if any(entry[1] == prompt_id for entry in queue[key]):
            return Run(state)
    entry = _get(f"/history/{prompt_id}").get(prompt_id)
    return parse_history(entry) if entry else None


def _get(path: str, **options: Any) -> Any:
    return success_body(request("GET", path, **options))
