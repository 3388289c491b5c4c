"""What a host does on each route beside `POST /prompt` and `/view`."""

import itertools
from uuid import UUID

from starlette.responses import Response

from local.comfyui import jobs
from local.comfyui.answers import Json, empty
from local.comfyui.calls import Call, OddBodyError
from local.comfyui.emulator import Emulator


def get_prompt(emulator: Emulator, _call: Call) -> Response:
    return Json(emulator.host.status()["status"])


def get_queue(emulator: Emulator, _call: Call) -> Response:
    seen = emulator.host.view()
    return Json({"queue_running": seen.running, "queue_pending": seen.pending})


def post_queue(emulator: Emulator, call: Call) -> Response:
    document = call.document()
    if document.get("clear"):
        emulator.host.clear()
    for prompt_id in _listed(document.get("delete", [])):
        emulator.host.remove(prompt_id)
    return empty()


def get_history(emulator: Emulator, call: Call) -> Response:
    records = emulator.host.view().history
    most, offset = _whole(call, "max_items", len(records)), _whole(call, "offset", -1)
    first = offset if offset >= 0 else max(0, len(records) - most)
    shown = itertools.islice(records.items(), first, first + most)
    return Json({prompt_id: record.document() for prompt_id, record in shown})


def get_history_of_one(emulator: Emulator, call: Call) -> Response:
    prompt_id = call.path_params["prompt_id"]
    record = emulator.host.view().history.get(prompt_id)
    return Json({prompt_id: record.document()} if record else {})


def post_history(emulator: Emulator, call: Call) -> Response:
    document = call.document()
    if document.get("clear"):
        emulator.host.forget(emulator.host.view().history)
    emulator.host.forget(_listed(document.get("delete", [])))
    return empty()


def post_interrupt(emulator: Emulator, call: Call) -> Response:
    document = call.document() if call.body else {}
    emulator.host.interrupt(document.get("prompt_id"))
    return empty()


def list_jobs(emulator: Emulator, call: Call) -> Response:
    wanted = [state for state in call.query.get("status", "").split(",") if state]
    if unknown := [state for state in wanted if state not in jobs.STATES]:
        valid = ", ".join(jobs.STATES)
        message = f"Invalid status value(s): {', '.join(unknown)}. Valid values: {valid}"
        return Json({"error": message}, 400)
    found = [
        job
        for job in jobs.newest_first(emulator.host.view())
        if not wanted or job["status"] in wanted
    ]
    offset = _whole(call, "offset", 0)
    limit = _whole(call, "limit", 0) or None
    shown = found[offset:][:limit]
    more = offset + len(shown) < len(found)
    pages = {"offset": offset, "limit": limit, "total": len(found), "has_more": more}
    return Json({"jobs": shown, "pagination": pages})


def get_job(emulator: Emulator, call: Call) -> Response:
    job = jobs.find(emulator.host.view(), call.path_params["prompt_id"])
    return Json(job) if job else Json({"error": "Job not found"}, 404)


def cancel_job(emulator: Emulator, call: Call) -> Response:
    return Json({"cancelled": _cancel(emulator, call.path_params["prompt_id"])})


def cancel_jobs(emulator: Emulator, call: Call) -> Response:
    prompt_ids = _listed(call.document().get("job_ids"))
    if wrong := [one for one in prompt_ids if not _is_id(one)]:
        return Json({"error": "job_ids contains invalid id(s)", "invalid_ids": wrong}, 400)
    cancelled = [_cancel(emulator, one) for one in prompt_ids]
    return Json({"cancelled": any(cancelled)})


def _cancel(emulator: Emulator, prompt_id: str) -> bool:
    return emulator.host.remove(prompt_id) or emulator.host.interrupt(prompt_id)


def _listed(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise OddBodyError
    return value


def _is_id(value: str) -> bool:
    try:
        return bool(UUID(value))
    except ValueError:
        return False


def _whole(call: Call, name: str, standard: int) -> int:
    try:
        return max(0, int(call.query[name])) if name in call.query else standard
    except ValueError:
        raise OddBodyError from None
