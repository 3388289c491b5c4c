"""The generation contract's two calls, and the jobs behind them."""

import json
import re
from collections.abc import Callable
from functools import partial
from typing import Annotated

from fastapi import Depends, Header, Path, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from darkroom import ids, settings
from darkroom.errors import NotFoundError
from darkroom.models.job import Job, State
from darkroom.paging import Element
from darkroom.web.hardened import ASK_FOR_TOKEN, Visitor, is_administrator
from darkroom.web.openapi_responses import refusals, success
from darkroom.web.pages import AskedPage
from darkroom.web.routers import group_router
from darkroom.web.urls import public_path
from generation import service
from generation.schemas import (
    GenerateImage,
    GenerateImages,
    ImageGenerated,
    ImagesGenerated,
    JobOut,
    failure,
)
from generation.service import Asked

WAIT_SECONDS = settings.integer("GENERATION_WAIT_SECONDS")
RETRY_SECONDS = 5
ANYBODY = "anonymous"

router = group_router(tags=["generation"], dependencies=[ASK_FOR_TOKEN])

_UNKNOWN = refusals({404: "Job not found"})
_ANSWERS = {
    **success(202, "With `Prefer: respond-async`: the job, which `Location` names", "JobOut"),
    **refusals(
        {
            409: "The Idempotency-Key was used with another request",
            500: "Image generation failed",
            503: "Image generation failed / Image generation takes longer than a request may wait: "
            "the same request again, or the job that `Location` names, will have it",
        }
    ),
}

_WAIT = re.compile(r"\bwait=(\d{1,4})\b")


async def asked(
    request: Request,
    visitor: Visitor,
    prefer: Annotated[str, Header()] = "",
    idempotency_key: Annotated[str | None, Header(min_length=1, max_length=255)] = None,
) -> Asked:
    found = _WAIT.search(prefer)
    wait = min(int(found[1]), WAIT_SECONDS) if found else WAIT_SECONDS
    return Asked(
        scope=request.url.path,
        caller=visitor.sub if visitor else _address(request),
        owner=await owner(visitor),
        key=idempotency_key,
        wait=0 if "respond-async" in prefer else wait,
    )


AskedFor = Annotated[Asked, Depends(asked)]


async def owner(visitor: Visitor) -> str:
    """Whose jobs a request makes and lists: everybody's are one lot in `documented`."""
    return visitor.sub if visitor else ANYBODY


Owner = Annotated[str, Depends(owner)]


async def known_job(job_id: str, visitor: Visitor) -> Job:
    """A job that the visitor may know of."""
    canonical = ids.canonical_uuid(job_id)
    if canonical is None:
        raise NotFoundError("Job not found")
    job = service.current(canonical)
    if job.owner != await owner(visitor) and not is_administrator(visitor):
        raise NotFoundError("Job not found")
    return job


KnownJob = Annotated[Job, Depends(known_job)]


@router.post("/api/images/generate", response_model=ImageGenerated, responses=_ANSWERS)
async def generate_image(request: Request, body: GenerateImage, asked: AskedFor) -> Response:
    """Makes an image and waits for it. What the body does not name comes from the catalog's
    settings; `metadata` tells what was used."""
    digest = _digest(body)
    job, is_repeat = service.run(asked, digest, service.inputs(body))
    return _answer(request, asked, job, is_repeat, ImageGenerated.of)


@router.post(
    "/api/v1/posts/{post_id}/generate_images",
    response_model=ImagesGenerated,
    deprecated=True,
    responses={**_ANSWERS, **refusals({404: "Post not found"})},
)
async def generate_images_for_post(
    request: Request,
    post_id: Annotated[str, Path()],
    body: GenerateImages,
    asked: AskedFor,
) -> Response:
    """Makes up to eight images of one prompt."""
    if len(post_id) > 128:
        raise NotFoundError("Post not found")
    wanted = service.inputs(GenerateImage(prompt=body.prompt), body.count)
    job, is_repeat = service.run(asked, _digest(body), wanted)
    return _answer(request, asked, job, is_repeat, ImagesGenerated.of)


@router.get("/api/images/jobs", response_model=list[JobOut])
async def list_jobs(owner: Owner, page: AskedPage) -> Response:
    """All jobs, the newest first; one's own in `hardened`."""
    return page.of(f"jobs of {owner}", partial(Job.of, owner), _as_json)


@router.get("/api/images/jobs/{job_id}", responses=_UNKNOWN)
async def get_job(job: KnownJob) -> JobOut:
    """One job: `state` is `queued`, `submitted`, `succeeded`, `failed` or `cancelled`."""
    return JobOut.of(job, job.ahead() if job.state == State.QUEUED else None)


@router.delete("/api/images/jobs/{job_id}", responses=_UNKNOWN)
async def cancel_job(job: KnownJob) -> JobOut:
    """Ends a job; one that has ended stays as it is."""
    return JobOut.of(service.cancel(job))


def _address(request: Request) -> str:
    return str(request.scope["aws.event"]["requestContext"]["identity"]["sourceIp"])


def _digest(body: BaseModel) -> str:
    return service.digest(json.dumps(body.model_dump(exclude_unset=True), sort_keys=True))


def _answer(
    request: Request,
    asked: Asked,
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
    if not asked.wait:
        return JSONResponse(JobOut.of(job).model_dump(), 202, headers)
    error = "The image is not finished yet"
    suggestion = f"Look at {headers['Location']}, or send the same request again"
    body = failure(error, suggestion, "Image generation takes longer than a request may wait")
    return JSONResponse(body, 503, headers)


def _failed(job: Job, headers: dict[str, str]) -> Response:
    if job.is_host_away:
        body = failure("ComfyUI service unavailable", "Check if ComfyUI is running")
        return JSONResponse(body, 503, headers)
    error = job.error or "The job was cancelled"
    return JSONResponse(failure(error, "Change the request, or try again later"), 500, headers)


def _as_json(element: Element[Job]) -> list[bytes]:
    return [JobOut.of(element.item).model_dump_json().encode()]
