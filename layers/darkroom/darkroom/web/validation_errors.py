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
    "bool_type": ("value_error.strictbool", "value is not a valid boolean"),
    "bool_parsing": ("type_error.bool", "value could not be parsed to a boolean"),
    "float_type": ("type_error.float", "value is not a valid float"),
    "float_parsing": ("type_error.float", "value is not a valid float"),
    "finite_number": (
        "value_error.number.not_finite_number",
        "ensure this value is a finite number",
    ),
    "greater_than": (
        "value_error.number.not_gt",
        "ensure this value is greater than {gt}",
    ),
    "less_than": ("value_error.number.not_lt", "ensure this value is less than {lt}"),
    "string_unicode": ("type_error.str", "str type expected"),
    "list_type": ("type_error.list", "value is not a valid list"),
    "too_short": (
        "value_error.list.min_items",
        "ensure this value has at least {min_length} items",
    ),
    "too_long": (
        "value_error.list.max_items",
        "ensure this value has at most {max_length} items",
    ),
    "model_type": ("type_error.dict", "value is not a valid dict"),
    "model_attributes_type": ("type_error.dict", "value is not a valid dict"),
    "dict_type": ("type_error.dict", "value is not a valid dict"),
}
_EMAIL = "value is not a valid email address"
_NOT_A_FILE = "Expected UploadFile"


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
    kind, message = _kind_and_message(item)
    return {"loc": list(item["loc"]), "msg": message, "type": kind}


def _kind_and_message(item: Item) -> tuple[str, str]:
    message = str(item["msg"]).removeprefix("Value error, ")
    if message.startswith(_EMAIL):
        # The rest of the message contains parts of the address.
        return "value_error.email", _EMAIL
    if message.startswith(_NOT_A_FILE):
        # The rest of the message contains the name of a class.
        return "value_error", "value is not a valid file"
    if item["type"] in _V1:
        kind, template = _V1[item["type"]]
        return kind, template.format(**item.get("ctx", {}))
    return "value_error", message
