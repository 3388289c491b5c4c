"""`POST /prompt`: validate a workflow and queue it."""

import time
from typing import Any
from uuid import UUID, uuid4

from starlette.responses import Response

from local.comfyui import validation_errors
from local.comfyui.calls import Call, InvalidBodyError
from local.comfyui.emulator import Emulator
from local.comfyui.entries import QueueEntry
from local.comfyui.host import Host
from local.comfyui.responses import Json, internal_error, rejected_prompt
from local.comfyui.validation import MALFORMED_GRAPH_ERRORS, ValidationResult, validate

NO_PROMPT = validation_errors.error("no_prompt", "No prompt provided", "No prompt provided")
INVALID_ID = validation_errors.error(
    "invalid_prompt_id",
    "prompt_id must be a valid UUID",
    "prompt_id must be a UUID string in canonical lowercase hyphenated form; "
    "omit it to let the server generate one",
)


def post_prompt(emulator: Emulator, call: Call) -> Response:
    document = call.json()
    if not isinstance(document, dict | list):
        raise InvalidBodyError
    number = _queue_number(emulator.host, document)
    if "prompt" not in document or isinstance(document, list):
        return rejected_prompt(NO_PROMPT)
    prompt_id = document.get("prompt_id")
    if prompt_id is None:
        prompt_id = str(uuid4())
    if not _is_canonical_uuid(prompt_id):
        return rejected_prompt(INVALID_ID)
    result = _validate(emulator, document["prompt"])
    if result.error:
        return rejected_prompt(result.error, result.node_errors)
    extra_data = _extra_data(document)
    entry = QueueEntry(number, prompt_id, document["prompt"], extra_data, result.outputs)
    if not emulator.host.add(entry):
        return internal_error()
    return Json({"prompt_id": prompt_id, "number": number, "node_errors": result.node_errors})


def _queue_number(host: Host, document: dict[str, Any] | list[Any]) -> float:
    """The sort key in the queue. A rejected prompt uses up a number too."""
    if isinstance(document, dict) and "number" in document:
        try:
            return float(document["number"])
        except (OverflowError, TypeError, ValueError):
            raise InvalidBodyError from None
    number = next(host.numbers)
    front = isinstance(document, dict) and document.get("front")
    return -number if front else number


def _is_canonical_uuid(prompt_id: object) -> bool:
    try:
        return isinstance(prompt_id, str) and str(UUID(prompt_id)) == prompt_id
    except ValueError:
        return False


def _validate(emulator: Emulator, graph: Any) -> ValidationResult:
    try:
        return validate(graph, emulator.installation.definitions)
    except MALFORMED_GRAPH_ERRORS:
        raise InvalidBodyError from None


def _extra_data(document: dict[str, Any]) -> dict[str, Any]:
    extra_data = document.get("extra_data", {})
    if not isinstance(extra_data, dict):
        raise InvalidBodyError
    client = {"client_id": document["client_id"]} if "client_id" in document else {}
    return {**extra_data, **client, "create_time": int(time.time() * 1000)}
