"""`Idempotency-Key`: a repeated request with the same key returns the first response.

A key belongs to its caller, method and path for `WINDOW_SECONDS`. Responses that a retry could
change are not stored: 5xx, 401 and 429. A second request at the same time waits for the first.
"""

import hashlib
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from anyio import from_thread
from fastapi import Depends, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute
from starlette.datastructures import UploadFile

from darkroom.deduplication import InProgressError, run_once
from darkroom.web.caller import caller_id
from darkroom.web.error_handlers import CONTRACT_ERRORS, is_final, render_error
from darkroom.web.request_headers import IDEMPOTENCY_KEY, MAX_KEY_LENGTH, IdempotencyKey

WINDOW_SECONDS = 24 * 3600
WAIT_SECONDS = 15  # for the first of two concurrent requests; half of the gateway's 29

REPLAYED = {"Idempotent-Replayed": "true"}

Respond = Callable[[Request], Awaitable[Response]]


async def idempotency_key(key: IdempotencyKey = None) -> None:
    """Documents and validates the header; `idempotent_route` applies it."""


IDEMPOTENT = Depends(idempotency_key)


def idempotent_route(
    identify_caller: Callable[[Request], Awaitable[str]] = caller_id,
) -> type[APIRoute]:
    """A class of routes that apply idempotency keys if they have the dependency `IDEMPOTENT`."""

    class IdempotentRoute(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            respond = super().get_route_handler()
            is_idempotent = IDEMPOTENT in self.dependencies

            async def respond_once(request: Request) -> Response:
                key = request.headers.get(IDEMPOTENCY_KEY, "")
                if not is_idempotent or not 0 < len(key) <= MAX_KEY_LENGTH:
                    return await respond(request)
                caller = await identify_caller(request)
                scope = [request.method, request.scope["path"], caller, key]
                fingerprint = await _fingerprint(request)
                return await run_in_threadpool(_respond_once, scope, fingerprint, request, respond)

            return respond_once

    return IdempotentRoute


class _NotStoredError(Exception):
    def __init__(self, response: Response) -> None:
        self.response = response


def _respond_once(
    scope: list[str], fingerprint: list[Any], request: Request, respond: Respond
) -> Response:
    def run() -> dict[str, Any]:
        response = from_thread.run(_respond, request, respond)
        if not is_final(response.status_code):
            raise _NotStoredError(response)
        return {"status": response.status_code, "body": bytes(response.body).decode()}

    try:
        stored, is_replayed = run_once(
            scope,
            fingerprint,
            run,
            window_seconds=WINDOW_SECONDS,
            wait_seconds=WAIT_SECONDS,
            lambda_context=request.scope["aws.context"],
        )
    except _NotStoredError as error:
        return error.response
    except InProgressError as error:
        detail = f"A request with this {IDEMPOTENCY_KEY} is still in progress"
        raise HTTPException(409, detail, {"Retry-After": "1"}) from error
    headers = REPLAYED if is_replayed else None
    return Response(stored["body"], stored["status"], headers, "application/json")


async def _respond(request: Request, respond: Respond) -> Response:
    try:
        return await respond(request)
    except CONTRACT_ERRORS as error:
        return await render_error(request, error)


async def _fingerprint(request: Request) -> list[Any]:
    """The query and the body's hash; of a form the parts, since its boundary varies."""
    body = await request.body()
    query, content_type = request.url.query, request.headers.get("Content-Type", "")
    if content_type.startswith("multipart/form-data"):
        try:
            return [query, await _form_fingerprint(request, body)]
        except HTTPException:
            pass  # not a valid form: its bytes are compared
    return [query, hashlib.sha256(body).hexdigest()]


async def _form_fingerprint(request: Request, body: bytes) -> list[Any]:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    # A copy, because the route parses the request's own form with its own limits.
    async with Request(request.scope, receive).form() as form:
        return [[name, await _part_fingerprint(value)] for name, value in form.multi_items()]


async def _part_fingerprint(value: UploadFile | str) -> Any:
    if isinstance(value, str):
        return value
    checksum = hashlib.sha256(await value.read()).hexdigest()
    return [value.filename, value.content_type, checksum]
