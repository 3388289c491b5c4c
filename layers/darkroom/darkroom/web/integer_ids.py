"""Integer ids in paths; any other text is a validation error (422)."""

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


IntegerId = Annotated[int, BeforeValidator(_integer), Path(json_schema_extra={"format": "int64"})]
