"""Integer ids in paths: 422 when they are no integers, unknown when no id can be so large."""

import re
from typing import Annotated

from fastapi import Path
from pydantic import BeforeValidator
from pydantic_core import PydanticKnownError

MAX_ID = 2**63 - 1

_INTEGER = re.compile(r"-?[0-9]+")


def _integer(text: object) -> object:
    # Python's own reading takes "1.0", "1_000" and other scripts' digits too.
    if isinstance(text, str) and not _INTEGER.fullmatch(text):
        raise PydanticKnownError("int_parsing")
    return text


IntegerId = Annotated[int, BeforeValidator(_integer), Path(json_schema_extra={"format": "int64"})]


def may_exist(identifier: int) -> bool:
    """Whether an id of that size was ever given; DynamoDB's numbers end at 38 digits."""
    return 1 <= identifier <= MAX_ID
