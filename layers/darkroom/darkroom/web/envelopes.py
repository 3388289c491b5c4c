"""The envelopes of the contracts: the JSON shapes of their errors."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from darkroom.errors import DarkroomError
from darkroom.web.validation_errors import as_pydantic_v1, as_text

Body = dict[str, Any]


@dataclass(frozen=True)
class Envelope:
    """`body` renders an error with its status; `invalid` renders validation errors and returns
    their status; `name` is that of its schema in the OpenAPI document."""

    name: str
    body: Callable[[int, Exception], Body]
    invalid: Callable[[RequestValidationError], tuple[int, Body]]


def error_message(error: Exception) -> str:
    """The message that a caller may read; errors that are bugs reveal nothing."""
    match error:
        case DarkroomError(message=message) | HTTPException(detail=message):
            return str(message)
        case _:
            return "Internal Server Error"


def _detail(status: int, error: Exception) -> Body:
    return {"detail": error_message(error)}


_INVALID = "Invalid request data"
_SUGGESTIONS = {
    400: "Correct the field that the error names; bodies are JSON objects sent as application/json",
    401: "Send a valid token in the header Authorization: Bearer",
    403: "Ask an administrator of this service",
    404: "Check the path and the id",
    405: "Check the method and the path",
    409: "Use another Idempotency-Key for another request",
    413: "Send a smaller request",
    429: "Try again in a moment",
    500: "Try again later",
}


def _generation_error(status: int, error: Exception) -> Body:
    return _generation_body(status, error_message(error))


def _generation_body(status: int, message: str) -> Body:
    suggestion = _SUGGESTIONS.get(status, _SUGGESTIONS[500])
    return failure(_INVALID if status == 400 else message, message, suggestion)


def failure(message: str, error: str, suggestion: str) -> Body:
    """An error in the shape of the generation contract."""
    details = {"error": error, "suggestion": suggestion}
    return {"status": "error", "message": message, "details": details}


STORIES = Envelope("StoriesError", _detail, lambda error: (400, {"detail": as_text(error)}))
GALLERY = Envelope("GalleryError", _detail, lambda error: (422, {"detail": as_pydantic_v1(error)}))
GENERATION = Envelope(
    "GenerationError",
    _generation_error,
    lambda error: (400, _generation_body(400, as_text(error))),
)
