"""How each contract says what went wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from darkroom.errors import DarkroomError
from darkroom.web.validation import as_pydantic_v1, in_words

Body = dict[str, Any]


@dataclass(frozen=True)
class Envelope:
    """`body` tells an error; `invalid` tells what is wrong with a request, with its status."""

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


stories = Envelope(_detail, lambda error: (400, {"detail": in_words(error)}))
gallery = Envelope(_detail, lambda error: (422, {"detail": as_pydantic_v1(error)}))
