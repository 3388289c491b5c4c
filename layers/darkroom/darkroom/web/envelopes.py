"""How each contract says what went wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi.exceptions import RequestValidationError

from darkroom.web.validation import as_pydantic_v1, in_words

Body = dict[str, Any]


@dataclass(frozen=True)
class Envelope:
    """`body` tells an error; `invalid` tells what is wrong with a request, with its status."""

    body: Callable[[int, str], Body]
    invalid: Callable[[RequestValidationError], tuple[int, Body]]


def _detail(status: int, message: str) -> Body:
    return {"detail": message}


stories = Envelope(_detail, lambda error: (400, {"detail": in_words(error)}))
gallery = Envelope(_detail, lambda error: (422, {"detail": as_pydantic_v1(error)}))
