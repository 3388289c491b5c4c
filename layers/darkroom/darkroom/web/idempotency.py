"""`Idempotency-Key`: a repeated request with the same key returns the first response.

A key belongs to its caller, method and path for `WINDOW_SECONDS`. Responses that a retry could
change are not stored: 5xx, 401, 429 and those of unfinished forms. A second request at the same
time waits for the first.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from anyio import from_thread
from fastapi import Depends, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool

from darkroom.deduplication import InProgressError, run_once
from darkroom.web.caller import caller_id
from darkroom.web.error_handlers import CONTRACT_ERRORS, is_final, render_error
from darkroom.web.media_types import MediaType
from darkroom.web.multipart import InvalidFormError, Part, UnfinishedFormError
from darkroom.web.request_headers import IDEMPOTENCY_KEY, MAX_KEY_LENGTH, IdempotencyKey
from darkroom.web.requests import CompleteRequest, CompleteRoute

WINDOW_SECONDS = 24 * 3600
WAIT_SECONDS = 15  # for the first of two concurrent requests; half of the gateway's 29

REPLAYED = {"Idempotent-Replayed": "true"}

Respond = Callable[[Request], Awaitable[Response]]


async def idempotency_key(key: IdempotencyKey = None) -> None:
    """Documents and validates the header; `idempotent_route` applies it."""


IDEMPOTENT = Depends(idempotency_key)


def idempotent_route(
    identify_caller: Callable[[Request], Awaitable[str]] = caller_id,
) -> type[CompleteRoute]:
    """A class of routes that apply idempotency keys if they have the dependency `IDEMPOTENT`."""

    class IdempotentRoute(CompleteRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            respond = super().get_route_handler()
            is_idempotent = IDEMPOTENT in self.dependencies

            async def respond_once(request: Request) -> Response:
                key = request.headers.get(IDEMPOTENCY_KEY, "")
                if not is_idempotent or not 0 < len(key) <= MAX_KEY_LENGTH:
                    return await respond(request)
                caller = await identify_caller(request)
                scope = [request.method, request.scope["path"], caller, key]
                request = CompleteRequest.of(request)
                try:
                    fingerprint = await _fingerprint(request)
                except UnfinishedFormError:
                    # The client may send the whole form with the same key.
                    return await respond(request)
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


async def _fingerprint(request: CompleteRequest) -> list[Any]:
    """The query and the body's hash; of a form the parts, since its boundary varies.

    Raises `UnfinishedFormError`.
    """
    query, body = request.url.query, await request.body()
    try:
        parts = await request.parts()
    except UnfinishedFormError:
        raise
    except InvalidFormError:
        parts = None  # its bytes are compared
    if parts is not None:
        return [query, [[part.name, _part_fingerprint(part)] for part in parts]]
    media_type = MediaType.parse(request.headers.get("Content-Type", ""))
    canonical = _canonical_json(body) if media_type.is_json or not media_type.essence else body
    return [query, _checksum(canonical)]


def _part_fingerprint(part: Part) -> Any:
    if part.filename is None:
        return part.text
    return [part.filename, MediaType.parse(part.content_type).essence, _checksum(part.content)]


def _canonical_json(body: bytes) -> bytes:
    """The body without its white space and order of keys; unchanged if it is not JSON."""
    try:
        return json.dumps(json.loads(body), sort_keys=True).encode()
    except (ValueError, RecursionError):
        return body


def _checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
