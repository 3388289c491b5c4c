"""What a request asks for, which job it belongs to, and how long it waits for it."""

import hashlib
import json
import secrets
import time
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from darkroom import queues, settings
from darkroom.errors import ConflictError, InvalidInputError, NotFoundError
from darkroom.models.catalog import Format, Setting, Style
from darkroom.models.job import Inputs, Job, Request, State, create
from darkroom.observability.log import logger
from generation.schemas import RANDOM_SEED, GenerateImage

QUEUE = settings.text("GENERATIONS_QUEUE")

FIRST_PAUSE, LAST_PAUSE = 0.05, 0.1  # seconds between two looks at the job
SAFE_SEED = 2**53  # JavaScript keeps what is below it exact

# What a setting has to be, and what is used in place of one that is not.
DEFAULTS: dict[str, str | int | float] = {
    "negative_prompt": "",
    "width": 512,
    "height": 512,
    "steps": 20,
    "cfg_scale": 7.0,
    "checkpoint": "v1-5-pruned-emaonly-fp16.safetensors",
    "sampler_name": "euler",
    "scheduler": "normal",
}


@dataclass(frozen=True)
class Asked:
    """How a request wants to be answered: `key` is the client's own, `wait` in seconds."""

    scope: str
    caller: str
    owner: str
    key: str | None
    wait: float


def inputs(body: GenerateImage, count: int = 1) -> Inputs:
    """All that the host has to know. Raises `InvalidInputError` for an unknown style or format."""
    asked = body.model_dump(exclude_unset=True)
    values = _defaults() | _sizes(asked.pop("format_id", None)) | asked
    values["prompt"] = _styled(body.prompt, values.pop("style_id", None))
    if body.seed == RANDOM_SEED:
        values["seed"] = secrets.randbelow(SAFE_SEED)
    return Inputs(**values, count=count)


def _defaults() -> dict[str, Any]:
    """The built-in values, and in their place the settings that make sense."""
    values: dict[str, Any] = {**DEFAULTS}
    for name, text in Setting.by_name().items():
        if name in DEFAULTS:
            values[name] = _setting(name, text)
    return values


def _setting(name: str, text: str) -> Any:
    if isinstance(DEFAULTS[name], str) or name not in GenerateImage.model_fields:
        return text or DEFAULTS[name]
    try:
        # Read as JSON, a text is the number that a body would have had.
        return _reader(name).validate_python(json.loads(text))
    except (ValidationError, ValueError):
        logger.warning("A setting cannot be used", extra={"setting": name})
        return DEFAULTS[name]


@cache
def _reader(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(GenerateImage.model_fields[name].rebuild_annotation())


def _sizes(format_id: int | None) -> dict[str, int]:
    if format_id is None:
        return {}
    try:
        found = Format.find(format_id)
        body = GenerateImage(prompt="-", width=int(found.width), height=int(found.height))
    except NotFoundError as error:
        raise InvalidInputError("format_id: Format not found") from error
    except ValidationError as error:
        raise InvalidInputError("format_id: sides should be within 64 and 2048 pixels") from error
    return {"width": body.width, "height": body.height}


def _styled(prompt: str, style_id: int | None) -> str:
    """The prompt in the style's words: only `{prompt}` means something in a template."""
    if style_id is None:
        return prompt
    try:
        template = str(Style.find(style_id).prompt_template)
    except NotFoundError as error:
        raise InvalidInputError("style_id: Style not found") from error
    if "{prompt}" not in template:
        return f"{prompt}, {template}"
    return template.replace("{prompt}", prompt)


def digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def run(asked: Asked, body_digest: str, wanted: Inputs) -> tuple[Job, bool]:
    """The job of this request as it is when the wait is over, and whether another request made it.

    Raises `ConflictError` when the client's key belongs to another body.
    """
    request = _known(asked, body_digest)
    is_repeat = request is not None
    job = Job.find(request.target) if request else _start(asked, body_digest, wanted)
    job = wait(job, asked.wait)
    _remember(asked, body_digest, request, job)
    return job, is_repeat


def _key(asked: Asked, body_digest: str) -> str:
    if asked.key:
        return digest("key", asked.scope, asked.owner, asked.key)
    return digest("body", asked.scope, asked.caller, body_digest)


def _known(asked: Asked, body_digest: str) -> Request | None:
    """The request that this one repeats, whose job may still end well or has."""
    request = Request.known(_key(asked, body_digest))
    if request is None:
        return None
    if request.digest and request.digest != body_digest:
        raise ConflictError("The Idempotency-Key was used with another request")
    try:
        state = Job.find(request.target).state
    except NotFoundError:
        state = State.FAILED
    if state in (State.FAILED, State.CANCELLED) and asked.key:
        request.forget()
        return None
    return request


def _start(asked: Asked, body_digest: str, wanted: Inputs) -> Job:
    job = Job.new(asked.owner, wanted, timedelta(seconds=asked.wait))
    key = _key(asked, body_digest)
    request = Request.of(key, job.job_id, body_digest) if asked.key else None
    if create(job, request):
        queues.send(QUEUE, {"job_id": job.job_id})
        return job
    # An equal request was faster.
    known = Request.known(key)
    return Job.find(known.target) if known else _start(asked, body_digest, wanted)


def wait(job: Job, seconds: float) -> Job:
    """The job once it has ended, or as it is after so many seconds."""
    end = time.monotonic() + seconds
    pause = FIRST_PAUSE
    while job.is_open and time.monotonic() < end:
        time.sleep(min(pause, max(end - time.monotonic(), 0)))
        job = current(job.job_id)
        pause = min(pause * 1.2, LAST_PAUSE)
    return job


def current(job_id: str) -> Job:
    """The job as it is. Raises `NotFoundError`."""
    job = Job.find(job_id)
    if job.is_overdue:
        job.fail_overdue()  # its message is lost, or the worker
    return job


def cancel(job: Job) -> Job:
    """End the job, unless it has ended, and let the worker tell the host."""
    if job.is_open:
        job.cancel()
        queues.send(QUEUE, {"job_id": job.job_id})
    return job


def _remember(asked: Asked, body_digest: str, request: Request | None, job: Job) -> None:
    """Let the same body lead here again while it got no result; then no more."""
    if asked.key:
        return
    if job.is_open and request is None and asked.wait:
        Request.of(_key(asked, body_digest), job.job_id).save()
    elif not job.is_open and request:
        request.forget()
