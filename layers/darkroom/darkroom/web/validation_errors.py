"""Validation errors without the rejected values, which may be secrets."""

from typing import Any

from fastapi.exceptions import RequestValidationError

Item = dict[str, Any]

# Pydantic 1's names and messages of errors; the placeholders are fields of the error's context.
_V1 = {
    "missing": ("value_error.missing", "field required"),
    "string_type": ("type_error.str", "str type expected"),
    "int_type": ("type_error.integer", "value is not a valid integer"),
    "int_parsing": ("type_error.integer", "value is not a valid integer"),
    "int_parsing_size": ("type_error.integer", "value is not a valid integer"),
    "int_from_float": ("type_error.integer", "value is not a valid integer"),
    "string_too_short": (
        "value_error.any_str.min_length",
        "ensure this value has at least {min_length} characters",
    ),
    "string_too_long": (
        "value_error.any_str.max_length",
        "ensure this value has at most {max_length} characters",
    ),
    "string_pattern_mismatch": ("value_error.str.regex", "string does not match regex"),
    "literal_error": ("value_error.const", "unexpected value; permitted: {expected}"),
    "greater_than_equal": (
        "value_error.number.not_ge",
        "ensure this value is greater than or equal to {ge}",
    ),
    "less_than_equal": (
        "value_error.number.not_le",
        "ensure this value is less than or equal to {le}",
    ),
    "json_invalid": ("value_error.jsondecode", "the body is not valid JSON"),
    "model_attributes_type": ("type_error.dict", "value is not a valid dict"),
    "dict_type": ("type_error.dict", "value is not a valid dict"),
}
_EMAIL = "value is not a valid email address"


def as_text(error: RequestValidationError) -> str:
    """All errors, each as `field: message`."""
    return "; ".join(f"{_field(item['loc'])}: {item['msg']}" for item in error.errors())


def _field(location: tuple[str | int, ...]) -> str:
    # Numbers are indexes of a list, or offsets in text that is not JSON.
    return [part for part in location if isinstance(part, str)][-1]


def as_pydantic_v1(error: RequestValidationError) -> list[Item]:
    """All errors, each with exactly `loc`, `msg` and `type`, as pydantic 1 wrote them."""
    return [_item(item) for item in error.errors()]


def _item(item: Item) -> Item:
    kind, message = _V1.get(item["type"], ("value_error", item["msg"]))
    if item["msg"].startswith(_EMAIL):
        # The rest of the message contains parts of the address.
        kind, message = "value_error.email", _EMAIL
    return {"loc": list(item["loc"]), "msg": message.format(**item.get("ctx", {})), "type": kind}
