"""Integers in paths and queries; any other text is a validation error."""

import re
from typing import Annotated

from fastapi import Path
from pydantic import BeforeValidator
from pydantic_core import PydanticKnownError

_INTEGER = re.compile(r"-?[0-9]+")


def _integer(text: object) -> object:
    # `int` also accepts "1.0", "1_000" and the digits of other scripts.
    if isinstance(text, str) and not _INTEGER.fullmatch(text):
        raise PydanticKnownError("int_parsing")
    return text


ASCII_DIGITS = BeforeValidator(_integer)
IntegerId = Annotated[int, ASCII_DIGITS, Path(json_schema_extra={"format": "int64"})]
