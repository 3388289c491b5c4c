"""The generation contract's two routes, and those of their jobs."""

import json
from collections.abc import Callable
from functools import partial
from typing import Annotated

from fastapi import Depends, Header, Path, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from darkroom import ids
from darkroom.errors import (
    ConflictError,
    HostUnreachableError,
    JobNotFoundError,
    NotFoundError,
)
from darkroom.models.job import Job, State
from darkroom.paging import Element
from darkroom.web.caller import ANONYMOUS
from darkroom.web.envelopes import failure
from darkroom.web.hardened import REQUIRE_TOKEN, VerifiedCaller, is_administrator
from darkroom.web.openapi_responses import error_responses, success_response
from darkroom.web.pages import RequestedPage
from darkroom.web.request_headers import IdempotencyKey
from darkroom.web.routers import group_router
from darkroom.web.urls import public_path
from generation import parameters, service
from generation.schemas import (
    GenerateImage,
    GenerateImages,
    ImageGenerated,
    ImagesGenerated,
    JobOut,
)
from generation.service import GenerationOptions
from generation.wait import requested_wait

RETRY_SECONDS = 5
MAX_POST_ID_LENGTH = 128

FAILED = "Image generation failed"
TOO_SLOW = "Image generation takes longer than a request may wait"
POST_NOT_FOUND = "Post not found"

router = group_router(tags=["generation"], dependencies=[REQUIRE_TOKEN])

_JOB_NOT_FOUND = error_responses({404: JobNotFoundError.MESSAGE})
_RESPONSES = {
    **success_response(
        202, "With `Prefer: respond-async`: the job; `Location` is its URL", "JobOut"
    ),
    **error_responses(
        {
            409: ConflictError.MESSAGE,
            500: FAILED,
            503: f"{FAILED} / {TOO_SLOW}: repeat the request, or read the job at `Location`",
        }
    ),
}


async def generation_options(
    request: Request,
    caller: VerifiedCaller,
    prefer: Annotated[str, Header()] = "",
    idempotency_key: IdempotencyKey = None,
) -> GenerationOptions:
    return GenerationOptions(
        scope=request.url.path,
        caller=caller.sub if caller else _address(request),
        owner=await job_owner(caller),
        key=idempotency_key,
        wait=requested_wait(prefer),
    )


Options = Annotated[GenerationOptions, Depends(generation_options)]


async def job_owner(caller: VerifiedCaller) -> str:
    """The owner of the jobs that a request creates and lists; one for all in `documented`."""
    return caller.sub if caller else ANONYMOUS


Owner = Annotated[str, Depends(job_owner)]


async def find_job(job_id: str, caller: VerifiedCaller) -> Job:
    """A job that the caller may read. Raises `JobNotFoundError`."""
    canonical = ids.canonical_uuid(job_id)
    if canonical is None:
        raise JobNotFoundError
    job = Job.find_current(canonical)
    if job.owner != await job_owner(caller) and not is_administrator(caller):
        raise JobNotFoundError
    return job


JobInPath = Annotated[Job, Depends(find_job)]


@router.post("/api/images/generate", response_model=ImageGenerated, responses=_RESPONSES)
async def generate_image(request: Request, body: GenerateImage, options: Options) -> Response:
    """Generates an image and waits for it. Fields that the body omits are taken from the catalog's
    settings; `metadata` contains the values that were used."""
    job, is_repeat = service.run(options, _fingerprint(body), parameters.complete(body))
    return _respond(request, options, job, is_repeat, ImageGenerated.of)


@router.post(
    "/api/v1/posts/{post_id}/generate_images",
    response_model=ImagesGenerated,
    deprecated=True,
    responses={**_RESPONSES, **error_responses({404: POST_NOT_FOUND})},
)
async def generate_images_for_post(
    request: Request,
    post_id: Annotated[str, Path()],
    body: GenerateImages,
    options: Options,
) -> Response:
    """Generates several images of one prompt."""
    if len(post_id) > MAX_POST_ID_LENGTH:
        raise NotFoundError(POST_NOT_FOUND)
    inputs = parameters.complete(GenerateImage(prompt=body.prompt), body.count)
    job, is_repeat = service.run(options, _fingerprint(body), inputs)
    return _respond(request, options, job, is_repeat, ImagesGenerated.of)


@router.get("/api/images/jobs", response_model=list[JobOut])
async def list_jobs(owner: Owner, page: RequestedPage) -> Response:
    """All jobs, the newest first; in `hardened` only your own."""
    return page.of(f"jobs of {owner}", partial(Job.of, owner), _as_json)


@router.get("/api/images/jobs/{job_id}", responses=_JOB_NOT_FOUND)
async def get_job(job: JobInPath) -> JobOut:
    """One job: `state` is `queued`, `submitted`, `succeeded`, `failed` or `cancelled`."""
    return JobOut.of(job, job.jobs_ahead() if job.state == State.QUEUED else None)


@router.delete("/api/images/jobs/{job_id}", responses=_JOB_NOT_FOUND)
async def cancel_job(job: JobInPath) -> JobOut:
    """Cancels a job; one that has ended does not change."""
    return JobOut.of(service.cancel(job))


def _address(request: Request) -> str:
    return str(request.scope["aws.event"]["requestContext"]["identity"]["sourceIp"])


def _fingerprint(body: BaseModel) -> str:
    return service.fingerprint(json.dumps(body.model_dump(exclude_unset=True), sort_keys=True))


def _respond(
    request: Request,
    options: GenerationOptions,
    job: Job,
    is_repeat: bool,
    render: Callable[[Job], BaseModel],
) -> Response:
    headers = {"Location": public_path(request, f"/api/images/jobs/{job.job_id}")}
    if is_repeat:
        headers["Idempotent-Replayed"] = "true"
    if job.state == State.SUCCEEDED:
        return JSONResponse(render(job).model_dump(), 200, headers)
    if not job.is_open:
        return _failed(job, headers)
    headers["Retry-After"] = str(RETRY_SECONDS)
    if not options.wait:
        return JSONResponse(JobOut.of(job).model_dump(), 202, headers)
    suggestion = f"Look at {headers['Location']}, or send the same request again"
    body = failure(TOO_SLOW, "The image is not finished yet", suggestion)
    return JSONResponse(body, 503, headers)


def _failed(job: Job, headers: dict[str, str]) -> Response:
    if job.host_was_unreachable:
        body = failure(FAILED, HostUnreachableError.MESSAGE, "Check if ComfyUI is running")
        return JSONResponse(body, 503, headers)
    error = job.error or "The job was cancelled"
    body = failure(FAILED, error, "Change the request, or try again later")
    return JSONResponse(body, 500, headers)


def _as_json(element: Element[Job]) -> list[bytes]:
    return [JobOut.of(element.item).model_dump_json().encode()]
