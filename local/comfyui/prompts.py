"""`POST /prompt`: what a host accepts, and in which words it refuses."""

import time
from typing import Any
from uuid import UUID, uuid4

from starlette.responses import Response

from local.comfyui import findings
from local.comfyui.answers import Json, refused, trouble
from local.comfyui.calls import Call, OddBodyError
from local.comfyui.emulator import Emulator
from local.comfyui.entries import Entry
from local.comfyui.host import Host
from local.comfyui.validation import STUMBLES, Verdict, validate

NO_PROMPT = findings.finding("no_prompt", "No prompt provided", "No prompt provided")
BAD_ID = findings.finding(
    "invalid_prompt_id",
    "prompt_id must be a valid UUID",
    "prompt_id must be a UUID string in canonical lowercase hyphenated form; "
    "omit it to let the server generate one",
)


def post_prompt(emulator: Emulator, call: Call) -> Response:
    document = call.json()
    if not isinstance(document, dict | list):
        raise OddBodyError
    number = _number(emulator.host, document)
    if "prompt" not in document or isinstance(document, list):
        return refused(NO_PROMPT)
    prompt_id = document.get("prompt_id")
    if prompt_id is None:
        prompt_id = str(uuid4())
    if not _is_canonical(prompt_id):
        return refused(BAD_ID)
    verdict = _validate(emulator, document["prompt"])
    if verdict.error:
        return refused(verdict.error, verdict.node_errors)
    entry = Entry(number, prompt_id, document["prompt"], _extra(document), verdict.outputs)
    if not emulator.host.add(entry):
        return trouble()
    return Json({"prompt_id": prompt_id, "number": number, "node_errors": verdict.node_errors})


def _number(host: Host, document: dict[str, Any] | list[Any]) -> float:
    """Its place in the queue. Each that is not given is used up, by what is refused as well."""
    if isinstance(document, dict) and "number" in document:
        try:
            return float(document["number"])
        except (OverflowError, TypeError, ValueError):
            raise OddBodyError from None
    number = next(host.numbers)
    front = isinstance(document, dict) and document.get("front")
    return -number if front else number


def _is_canonical(prompt_id: object) -> bool:
    try:
        return isinstance(prompt_id, str) and str(UUID(prompt_id)) == prompt_id
    except ValueError:
        return False


def _validate(emulator: Emulator, graph: Any) -> Verdict:
    try:
        return validate(graph, emulator.workshop.definitions)
    except STUMBLES:
        raise OddBodyError from None


def _extra(document: dict[str, Any]) -> dict[str, Any]:
    extra = document.get("extra_data", {})
    if not isinstance(extra, dict):
        raise OddBodyError
    client = {"client_id": document["client_id"]} if "client_id" in document else {}
    return {**extra, **client, "create_time": int(time.time() * 1000)}
