"""What is asked for twice at once is done once; what failed is done again."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from catalog.app import app
from darkroom import idempotency_store as module
from darkroom.errors import ConflictError
from darkroom.idempotency_store import InProgressError, once
from tests.support import template
from tests.support.worker import Context

KEY = ["POST", "/things", "anonymous", "1"]


@pytest.fixture(autouse=True)
def table() -> Iterator[None]:
    with mock_aws():
        module._store.cache_clear()
        template.create_tables(boto3.client("dynamodb"))
        yield
    module._store.cache_clear()


def ask(run: Any, said: str = "this") -> tuple[Any, bool]:
    return once(KEY, [said], Context(), run)


def test_only_the_first_runs() -> None:
    assert ask(lambda: "first") == ("first", False)
    assert ask(lambda: "second") == ("first", True)


def test_another_request_under_the_key_is_a_conflict() -> None:
    ask(lambda: "first")

    with pytest.raises(ConflictError):
        ask(lambda: "second", "that")


def test_what_raised_runs_again() -> None:
    with pytest.raises(ZeroDivisionError):
        ask(lambda: 1 // 0)

    assert ask(lambda: "second") == ("second", False)


def test_the_second_of_two_at_once_gives_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WAIT_SECONDS", 0)

    def run() -> str:
        with pytest.raises(InProgressError):
            ask(lambda: "second")
        with pytest.raises(ConflictError):
            ask(lambda: "second", "that")
        return "first"

    assert ask(run) == ("first", False)


def test_the_header_is_documented() -> None:
    parameters = app.openapi()["paths"]["/api/images/styles"]["post"]["parameters"]

    assert [parameter["name"] for parameter in parameters] == ["Idempotency-Key"]
