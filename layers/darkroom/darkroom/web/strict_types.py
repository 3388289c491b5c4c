"""Strict types of JSON bodies: no text in place of a number, no number in place of text."""

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, StrictInt
from pydantic_core import PydanticCustomError

# All except tabs and line ends.
_CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


MIN_NUMBER, MAX_NUMBER = 1e-130, 1e126


def _whole_number(value: object) -> object:
    # JSON has one number type, so 512.0 is an integer too.
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _printable(text: str) -> str:
    if _CONTROL_CHARACTERS.search(text):
        raise PydanticCustomError("value_error", "Control characters are not allowed")
    return text


def _not_blank(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("value_error", "Input should not be blank")
    return text


def _storable(number: float) -> float:
    # DynamoDB's range (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html)
    if number and not MIN_NUMBER <= abs(number) < MAX_NUMBER:
        message = "Input should be 0, or between {least} and {most} without its sign"
        raise PydanticCustomError(
            "number_range", message, {"least": MIN_NUMBER, "most": MAX_NUMBER}
        )
    return number


def exact_maximum(limit: int) -> BeforeValidator:
    """Makes errors state a maximum exactly; pydantic's own round integers above 2^63."""

    def check(number: object) -> object:
        if isinstance(number, int | float) and number > limit:
            message = "Input should be less than or equal to {le}"
            raise PydanticCustomError("less_than_equal", message, {"le": str(limit)})
        return number

    return BeforeValidator(check)


Integer = Annotated[StrictInt, BeforeValidator(_whole_number)]
PRINTABLE = AfterValidator(_printable)
NOT_BLANK = AfterValidator(_not_blank)
STORABLE = AfterValidator(_storable)
