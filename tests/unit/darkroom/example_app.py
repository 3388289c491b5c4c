"""An app with a route for each case, called through its Lambda handler."""

from typing import Any

import httpx2
from fastapi import APIRouter, HTTPException, Response

from darkroom.observability.log import Handler
from darkroom.web.app import create_app, create_handler
from darkroom.web.envelopes import STORIES
from darkroom.web.error_handlers import STATUS_CODES
from tests.support.gateway import event, response
from tests.support.handler_process import LambdaContext

router = APIRouter(prefix="/things")


@router.get("")
def get_things(limit: int = 1) -> dict[str, int]:
    return {"limit": limit}


@router.get("/bug")
def get_bug() -> None:
    raise RuntimeError("cloudinary://key:secret@cloud")


@router.get("/errors/{name}")
def get_error(name: str) -> None:
    raise {error.__name__: error for error in STATUS_CODES}[name]("A message")


@router.get("/cacheable")
def get_cacheable(response: Response) -> str:
    response.headers["Cache-Control"] = "public, max-age=60"
    return "content"


@router.post("/cacheable")
def post_cacheable() -> None:
    pass


@router.post("/upload")
def post_upload() -> None:
    pass


@router.get("/upload", include_in_schema=False)
def reject_get_upload() -> None:
    raise HTTPException(405)


HANDLER = create_handler(create_app("Things", router, STORIES))


def new_event(method: str, path: str, **options: Any) -> dict[str, Any]:
    request = httpx2.Request(method, f"https://api.example.com{path}", **options)
    request.read()
    return event(request, request.url.path, "/{proxy+}")


def invoke(handler: Handler[dict[str, Any]], gateway_event: dict[str, Any]) -> httpx2.Response:
    return response(handler(gateway_event, LambdaContext()))


def call(method: str, path: str, **options: Any) -> httpx2.Response:
    return invoke(HANDLER, new_event(method, path, **options))
