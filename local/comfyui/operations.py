"""The operations of a host on its queue, history and jobs."""

import itertools
from uuid import UUID

from starlette.responses import Response

from local.comfyui import jobs
from local.comfyui.calls import Call, InvalidBodyError
from local.comfyui.emulator import Emulator
from local.comfyui.responses import Json, empty


def get_prompt(emulator: Emulator, _call: Call) -> Response:
    return Json(emulator.host.status()["status"])


def get_queue(emulator: Emulator, _call: Call) -> Response:
    snapshot = emulator.host.snapshot()
    return Json({"queue_running": snapshot.running, "queue_pending": snapshot.pending})


def post_queue(emulator: Emulator, call: Call) -> Response:
    document = call.json_object()
    if document.get("clear"):
        emulator.host.clear_queue()
    for prompt_id in _strings(document.get("delete", [])):
        emulator.host.remove(prompt_id)
    return empty()


def list_history(emulator: Emulator, call: Call) -> Response:
    history = emulator.host.snapshot().history
    limit, offset = _integer(call, "max_items", len(history)), _integer(call, "offset", -1)
    first = offset if offset >= 0 else max(0, len(history) - limit)
    page = itertools.islice(history.items(), first, first + limit)
    return Json({prompt_id: result.document() for prompt_id, result in page})


def get_history(emulator: Emulator, call: Call) -> Response:
    prompt_id = call.path_params["prompt_id"]
    result = emulator.host.snapshot().history.get(prompt_id)
    return Json({prompt_id: result.document()} if result else {})


def post_history(emulator: Emulator, call: Call) -> Response:
    document = call.json_object()
    if document.get("clear"):
        emulator.host.delete_history(emulator.host.snapshot().history)
    emulator.host.delete_history(_strings(document.get("delete", [])))
    return empty()


def post_interrupt(emulator: Emulator, call: Call) -> Response:
    document = call.json_object() if call.body else {}
    emulator.host.interrupt(document.get("prompt_id"))
    return empty()


def list_jobs(emulator: Emulator, call: Call) -> Response:
    states = [state for state in call.query.get("status", "").split(",") if state]
    if unknown := [state for state in states if state not in jobs.STATES]:
        valid = ", ".join(jobs.STATES)
        message = f"Invalid status value(s): {', '.join(unknown)}. Valid values: {valid}"
        return Json({"error": message}, 400)
    selected = [
        job
        for job in jobs.newest_first(emulator.host.snapshot())
        if not states or job["status"] in states
    ]
    offset = _integer(call, "offset", 0)
    limit = _integer(call, "limit", 0) or None
    page = selected[offset:][:limit]
    has_more = offset + len(page) < len(selected)
    pagination = {"offset": offset, "limit": limit, "total": len(selected), "has_more": has_more}
    return Json({"jobs": page, "pagination": pagination})


def get_job(emulator: Emulator, call: Call) -> Response:
    job = jobs.find(emulator.host.snapshot(), call.path_params["prompt_id"])
    return Json(job) if job else Json({"error": "Job not found"}, 404)


def cancel_job(emulator: Emulator, call: Call) -> Response:
    return Json({"cancelled": _cancel(emulator, call.path_params["prompt_id"])})


def cancel_jobs(emulator: Emulator, call: Call) -> Response:
    prompt_ids = _strings(call.json_object().get("job_ids"))
    if invalid := [prompt_id for prompt_id in prompt_ids if not _is_uuid(prompt_id)]:
        return Json({"error": "job_ids contains invalid id(s)", "invalid_ids": invalid}, 400)
    cancelled = [_cancel(emulator, prompt_id) for prompt_id in prompt_ids]
    return Json({"cancelled": any(cancelled)})


def _cancel(emulator: Emulator, prompt_id: str) -> bool:
    return emulator.host.remove(prompt_id) or emulator.host.interrupt(prompt_id)


def _strings(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise InvalidBodyError
    return value


def _is_uuid(value: str) -> bool:
    try:
        return bool(UUID(value))
    except ValueError:
        return False


def _integer(call: Call, name: str, default: int) -> int:
    try:
        return max(0, int(call.query[name])) if name in call.query else default
    except ValueError:
        raise InvalidBodyError from None
