"""The check of a JSON body's text takes memory in proportion to the body."""

import tracemalloc

import pytest
from fastapi.exceptions import RequestValidationError

from darkroom.web.requests import _require_text

LONE = "\ud83d"


def test_a_wide_list_in_deep_lists_takes_little_memory() -> None:
    body: object = [LONE, *["1"] * 100_000]
    for _ in range(500):
        body = [body]

    tracemalloc.start()
    with pytest.raises(RequestValidationError):
        _require_text({"prompt": body})
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 10_000_000


@pytest.mark.parametrize(
    ("body", "location"),
    [
        ({"a": "x", "b": LONE}, ("body", "b")),
        ({"a": [{"c": LONE}]}, ("body", "a")),
        ({LONE: "x"}, ("body",)),
        ([LONE], ("body",)),
    ],
    ids=["field", "nested", "key", "list"],
)
def test_an_error_names_the_first_field_with_invalid_text(
    body: object, location: tuple[str, ...]
) -> None:
    with pytest.raises(RequestValidationError) as raised:
        _require_text(body)

    assert raised.value.errors()[0]["loc"] == location
