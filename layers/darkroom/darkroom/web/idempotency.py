"""`Idempotency-Key`: a request sent again under its key gets the first answer.

A key belongs to its caller and path, for a day. Answers of 5xx are not kept, nor those that another
token or another moment would change. A second request at the same time waits for the first.
"""

import hashlib
from collections.abc import Awaitable, Callable, Coroutine
from typing import Annotated, Any

from anyio import from_thread
from fastapi import Depends, Header, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute
from starlette.datastructures import UploadFile

from darkroom.idempotency_store import InProgressError, once
from darkroom.web.caller import caller_name
from darkroom.web.error_handlers import CONTRACT_ERRORS, answer_to, is_lasting

HEADER = "Idempotency-Key"
MAX_LENGTH = 255
REPLAYED = {"Idempotent-Replayed": "true"}

Respond = Callable[[Request], Awaitable[Response]]


async def idempotency_key(
    key: Annotated[
        str | None,
        Header(
            alias=HEADER,
            min_length=1,
            max_length=MAX_LENGTH,
            description="Of requests with one key, within a day, only the first does anything.",
        ),
    ] = None,
) -> None:
    """Documents and checks the header; `KeyedRoute` acts on it."""


KEYED = Depends(idempotency_key)


class KeyedRoute(APIRoute):
    """A route that minds the keys of requests where it has the dependency `KEYED`."""

    name_caller: Callable[[Request], Awaitable[str]] = staticmethod(caller_name)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        respond = super().get_route_handler()
        is_keyed = any(depends.dependency is idempotency_key for depends in self.dependencies)

        async def respond_once(request: Request) -> Response:
            key = request.headers.get(HEADER, "")
            if not is_keyed or not 0 < len(key) <= MAX_LENGTH:
                return await respond(request)
            name = await self.name_caller(request)
            scope = [request.method, request.scope["path"], name, key]
            said = await _said(request)
            return await run_in_threadpool(_respond_once, scope, said, request, respond)

        return respond_once


class _NotKeptError(Exception):
    def __init__(self, response: Response) -> None:
        self.response = response


def _respond_once(
    scope: list[str], said: list[Any], request: Request, respond: Respond
) -> Response:
    def run() -> dict[str, Any]:
        response = from_thread.run(_answer, request, respond)
        if not is_lasting(response.status_code):
            raise _NotKeptError(response)
        return {"status": response.status_code, "body": bytes(response.body).decode()}

    try:
        kept, is_replayed = once(scope, said, request.scope["aws.context"], run)
    except _NotKeptError as error:
        return error.response
    except InProgressError as error:
        detail = f"The first request with this {HEADER} goes on"
        raise HTTPException(409, detail, {"Retry-After": "1"}) from error
    headers = REPLAYED if is_replayed else None
    return Response(kept["body"], kept["status"], headers, "application/json")


async def _answer(request: Request, respond: Respond) -> Response:
    try:
        return await respond(request)
    except CONTRACT_ERRORS as error:
        return await answer_to(request, error)


async def _said(request: Request) -> list[Any]:
    """What a request says: of a form its parts, since its boundary is another each time."""
    body = await request.body()
    query, content_type = request.url.query, request.headers.get("Content-Type", "")
    if content_type.startswith("multipart/form-data"):
        try:
            return [query, await _parts(request, body)]
        except HTTPException:
            pass  # no form: its bytes are all that it says
    return [query, hashlib.sha256(body).hexdigest()]


async def _parts(request: Request, body: bytes) -> list[Any]:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    # The route reads the form of the request itself, with limits of its own.
    async with Request(request.scope, receive).form() as form:
        return [[name, await _part(value)] for name, value in form.multi_items()]


async def _part(value: UploadFile | str) -> Any:
    if isinstance(value, str):
        return value
    checksum = hashlib.sha256(await value.read()).hexdigest()
    return [value.filename, value.content_type, checksum]
