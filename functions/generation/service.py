"""Which job a request belongs to, and the job's start and cancellation."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from darkroom import queues, settings
from darkroom.errors import ConflictError, NotFoundError
from darkroom.models.job import Job, State
from darkroom.models.job_inputs import Inputs
from darkroom.models.job_request import JobRequest, create_job
from generation.wait import wait_for

QUEUE = settings.text("GENERATIONS_QUEUE")


@dataclass(frozen=True)
class GenerationOptions:
    """Who sends a request and how: `key` is the idempotency key, `wait` is in seconds."""

    scope: str
    caller: str
    owner: str
    key: str | None
    wait: float


def fingerprint(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def run(options: GenerationOptions, body_fingerprint: str, inputs: Inputs) -> tuple[Job, bool]:
    """The job of this request after the wait, and whether another request created it.

    Raises `ConflictError` if the idempotency key was used with another body.
    """
    request = _find_request(options, body_fingerprint)
    is_repeat = request is not None
    job = Job.find(request.target) if request else _start(options, body_fingerprint, inputs)
    job = wait_for(job, options.wait)
    _update_request(options, body_fingerprint, request, job)
    return job, is_repeat


def cancel(job: Job) -> Job:
    """Cancel the job unless it has ended; the worker then cancels its run."""
    if job.is_open:
        job.cancel()
        queues.send(QUEUE, {"job_id": job.job_id})
    return job


def _request_key(options: GenerationOptions, body_fingerprint: str) -> str:
    if options.key:
        return fingerprint("key", options.scope, options.owner, options.key)
    return fingerprint("body", options.scope, options.caller, body_fingerprint)


def _find_request(options: GenerationOptions, body_fingerprint: str) -> JobRequest | None:
    """The request that this one repeats, unless its job ended without images."""
    request = JobRequest.find(_request_key(options, body_fingerprint))
    if request is None:
        return None
    if request.fingerprint and request.fingerprint != body_fingerprint:
        raise ConflictError
    try:
        state = Job.find(request.target).state
    except NotFoundError:
        state = State.FAILED
    if state in (State.FAILED, State.CANCELLED) and options.key:
        request.forget()
        return None
    return request


def _start(options: GenerationOptions, body_fingerprint: str, inputs: Inputs) -> Job:
    job = Job.new(options.owner, inputs, timedelta(seconds=options.wait))
    key = _request_key(options, body_fingerprint)
    request = JobRequest.of(key, job.job_id, body_fingerprint) if options.key else None
    if create_job(job, request):
        queues.send(QUEUE, {"job_id": job.job_id})
        return job
    # A concurrent request with the same key was first.
    first = JobRequest.find(key)
    return Job.find(first.target) if first else _start(options, body_fingerprint, inputs)


def _update_request(
    options: GenerationOptions, body_fingerprint: str, request: JobRequest | None, job: Job
) -> None:
    """Attach the next request with the same body to the job until one receives the result."""
    if options.key:
        return
    if job.is_open and request is None and options.wait:
        JobRequest.of(_request_key(options, body_fingerprint), job.job_id).save()
    elif not job.is_open and request:
        request.forget()
