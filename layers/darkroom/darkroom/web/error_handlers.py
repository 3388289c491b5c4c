"""Error handlers: map exceptions to status codes and render them in the group's envelope."""

from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from darkroom.errors import (
    ConflictError,
    DarkroomError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
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
    DarkroomError: 500,
}

# Errors that the contracts describe; any other is a bug.
CONTRACT_ERRORS = (DarkroomError, HTTPException, RequestValidationError)

# For a body that is nested too deeply or is not text, FastAPI does not report invalid JSON.
UNREADABLE = (RecursionError, UnicodeDecodeError)
INVALID_JSON = {"type": "json_invalid", "loc": ("body", 0), "msg": "JSON decode error", "input": {}}

# Headers that a status requires.
HEADERS = {401: {"WWW-Authenticate": "Bearer"}, 429: {"Retry-After": "1"}}


def status_code(kind: type[DarkroomError]) -> int:
    """The status code of the class or of its closest base."""
    return next(STATUS_CODES[base] for base in kind.__mro__ if base in STATUS_CODES)


def is_final(status: int) -> bool:
    """Whether a retry, also with another token, would return the same response."""
    return status < 500 and status not in (401, 429)


async def render_error(request: Request, error: Exception) -> Response:
    """The app's response to one of `CONTRACT_ERRORS`."""
    handlers: dict[Any, Any] = request.app.exception_handlers
    handler = next(handlers[kind] for kind in type(error).__mro__ if kind in handlers)
    response: Response = await handler(request, error)
    return response


def add_error_handlers(app: FastAPI, envelope: Envelope) -> None:
    def render(status: int, error: Exception, headers: Any = None) -> JSONResponse:
        return JSONResponse(envelope.body(status, error), status, headers or HEADERS.get(status))

    @app.exception_handler(DarkroomError)
    async def on_error(request: Request, error: DarkroomError) -> JSONResponse:
        return render(status_code(type(error)), error)

    @app.exception_handler(HTTPException)
    async def on_http_error(request: Request, error: HTTPException) -> JSONResponse:
        if isinstance(error.__cause__, RequestValidationError):
            return await on_invalid_request(request, error.__cause__)
        if isinstance(error.__cause__, UNREADABLE):
            return await on_invalid_request(request, RequestValidationError([INVALID_JSON]))
        return render(error.status_code, error, error.headers)

    @app.exception_handler(RequestValidationError)
    async def on_invalid_request(request: Request, error: RequestValidationError) -> JSONResponse:
        status, body = envelope.invalid(error)
        return JSONResponse(body, status)

    @app.exception_handler(Exception)
    async def on_bug(request: Request, error: Exception) -> JSONResponse:
        logger.exception("Unhandled error")
        return render(500, error)
