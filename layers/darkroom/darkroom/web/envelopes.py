"""How each contract says what went wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from darkroom.errors import DarkroomError
from darkroom.web.validation_errors import as_pydantic_v1, in_words

Body = dict[str, Any]


@dataclass(frozen=True)
class Envelope:
    """`body` tells an error; `invalid` tells what is wrong with a request, with its status; `name`
    is that of its schema in the API's document."""

    name: str
    body: Callable[[int, Exception], Body]
    invalid: Callable[[RequestValidationError], tuple[int, Body]]


def words(error: Exception) -> str:
    """What a caller may read of an error: nothing of those that are bugs."""
    match error:
        case DarkroomError(message=message) | HTTPException(detail=message):
            return str(message)
        case _:
            return "Internal Server Error"


def _detail(status: int, error: Exception) -> Body:
    return {"detail": words(error)}


_INVALID = "Invalid request data"
_SUGGESTIONS = {
    400: "Correct what error names; bodies are JSON objects sent as application/json",
    401: "Send a valid token in the header Authorization: Bearer",
    403: "Ask an administrator of this service",
    404: "Check the path and the id",
    405: "Check the method and the path",
    409: "Send another request with another Idempotency-Key",
    413: "Send a smaller request",
    429: "Try again in a moment",
    500: "Try again later",
}


def _status(status: int, error: Exception) -> Body:
    return _told(status, words(error))


def _told(status: int, message: str) -> Body:
    details = {"error": message, "suggestion": _SUGGESTIONS.get(status, _SUGGESTIONS[500])}
    return {
        "status": "error",
        "message": _INVALID if status == 400 else message,
        "details": details,
    }


stories = Envelope("StoriesError", _detail, lambda error: (400, {"detail": in_words(error)}))
gallery = Envelope("GalleryError", _detail, lambda error: (422, {"detail": as_pydantic_v1(error)}))
generation = Envelope("GenerationError", _status, lambda error: (400, _told(400, in_words(error))))
