"""From an exception to the answer: one table of status codes, one envelope per contract."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from darkroom.errors import (
    DarkroomError,
    InvalidInputError,
    NotFoundError,
    StorageError,
    TooLargeError,
)
from darkroom.log import logger

Envelope = Callable[[int, str], dict[str, Any]]

STATUS_CODES: dict[type[DarkroomError], int] = {
    InvalidInputError: 400,
    NotFoundError: 404,
    TooLargeError: 413,
    StorageError: 500,
}


def detail(status: int, message: str) -> dict[str, Any]:
    """The error body of the stories and gallery contracts."""
    return {"detail": message}


def add_error_handlers(app: FastAPI, envelope: Envelope) -> None:
    def answer(status: int, message: str, headers: Any = None) -> JSONResponse:
        return JSONResponse(envelope(status, message), status, headers)

    @app.exception_handler(DarkroomError)
    def on_error(request: Request, error: DarkroomError) -> JSONResponse:
        return answer(STATUS_CODES[type(error)], error.message)

    @app.exception_handler(HTTPException)
    def on_http_error(request: Request, error: HTTPException) -> JSONResponse:
        return answer(error.status_code, error.detail, error.headers)

    @app.exception_handler(RequestValidationError)
    def on_invalid_request(request: Request, error: RequestValidationError) -> JSONResponse:
        return answer(400, _describe(error))

    @app.exception_handler(Exception)
    def on_bug(request: Request, error: Exception) -> JSONResponse:
        logger.exception("Unhandled error")
        return answer(500, "Internal Server Error")


def _describe(error: RequestValidationError) -> str:
    """Where and what is wrong, without an echo of what was sent."""
    first = error.errors()[0]
    return f"{first['loc'][-1]}: {first['msg']}"
