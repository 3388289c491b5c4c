"""From an exception to the answer: one table of status codes, one envelope per contract."""

from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from darkroom.errors import (
    ConflictError,
    DarkroomError,
    ForbiddenError,
    HostStartError,
    HostTroubleError,
    InvalidInputError,
    NotFoundError,
    StorageError,
    ThrottledError,
    TooLargeError,
    UnauthorizedError,
    UnsupportedFormatError,
)
from darkroom.observability.log import logger
from darkroom.web.envelopes import Envelope

STATUS_CODES: dict[type[DarkroomError], int] = {
    InvalidInputError: 400,
    UnauthorizedError: 401,
    ForbiddenError: 403,
    NotFoundError: 404,
    ConflictError: 409,
    TooLargeError: 413,
    UnsupportedFormatError: 415,
    ThrottledError: 429,
    HostStartError: 500,
    HostTroubleError: 500,
    StorageError: 500,
}

# What is told in the contract's words; anything else is a bug.
CONTRACT_ERRORS = (DarkroomError, HTTPException, RequestValidationError)

# A body that is nested too deeply, or is no text, FastAPI does not count as broken JSON.
UNREADABLE = (RecursionError, UnicodeDecodeError)
BROKEN_JSON = {"type": "json_invalid", "loc": ("body", 0), "msg": "JSON decode error", "input": {}}

# What a status asks for beside its body.
HEADERS = {401: {"WWW-Authenticate": "Bearer"}, 429: {"Retry-After": "1"}}


def is_lasting(status: int) -> bool:
    """Whether asking again, with another token or at another moment, would change nothing."""
    return status < 500 and status not in (401, 429)


async def answer_to(request: Request, error: Exception) -> Response:
    """What the app answers to one of `CONTRACT_ERRORS`."""
    handlers: dict[Any, Any] = request.app.exception_handlers
    handler = next(handlers[kind] for kind in type(error).__mro__ if kind in handlers)
    response: Response = await handler(request, error)
    return response


def add_error_handlers(app: FastAPI, envelope: Envelope) -> None:
    def answer(status: int, error: Exception, headers: Any = None) -> JSONResponse:
        return JSONResponse(envelope.body(status, error), status, headers or HEADERS.get(status))

    @app.exception_handler(DarkroomError)
    async def on_error(request: Request, error: DarkroomError) -> JSONResponse:
        kind = next(kind for kind in type(error).__mro__ if kind in STATUS_CODES)
        return answer(STATUS_CODES[kind], error)

    @app.exception_handler(HTTPException)
    async def on_http_error(request: Request, error: HTTPException) -> JSONResponse:
        if isinstance(error.__cause__, UNREADABLE):
            return await on_invalid_request(request, RequestValidationError([BROKEN_JSON]))
        return answer(error.status_code, error, error.headers)

    @app.exception_handler(RequestValidationError)
    async def on_invalid_request(request: Request, error: RequestValidationError) -> JSONResponse:
        status, body = envelope.invalid(error)
        return JSONResponse(body, status)

    @app.exception_handler(Exception)
    async def on_bug(request: Request, error: Exception) -> JSONResponse:
        logger.exception("Unhandled error")
        return answer(500, error)
