"""A function runs once per key; a call that failed runs again."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from catalog.app import app
from darkroom import idempotency_store as module
from darkroom.errors import ConflictError
from darkroom.idempotency_store import InProgressError, run_once
from darkroom.web.idempotency import WAIT_SECONDS, WINDOW_SECONDS
from tests.support import account
from tests.support.worker import Context

KEY = ["POST", "/things", "anonymous", "1"]


@pytest.fixture(autouse=True)
def table() -> Iterator[None]:
    with mock_aws():
        module._store.cache_clear()
        account.create_tables(boto3.client("dynamodb"))
        yield
    module._store.cache_clear()


def call(
    run: Any, fingerprint: str = "this", wait_seconds: float = WAIT_SECONDS
) -> tuple[Any, bool]:
    return run_once(
        KEY,
        [fingerprint],
        run,
        window_seconds=WINDOW_SECONDS,
        wait_seconds=wait_seconds,
        lambda_context=Context(),
    )


def test_only_the_first_call_runs() -> None:
    assert call(lambda: "first") == ("first", False)
    assert call(lambda: "second") == ("first", True)


def test_another_fingerprint_is_a_conflict() -> None:
    call(lambda: "first")

    with pytest.raises(ConflictError):
        call(lambda: "second", "that")


def test_a_call_that_raised_runs_again() -> None:
    with pytest.raises(ZeroDivisionError):
        call(lambda: 1 // 0)

    assert call(lambda: "second") == ("second", False)


def test_a_concurrent_call_stops_waiting_in_time() -> None:
    def run() -> str:
        with pytest.raises(InProgressError):
            call(lambda: "second", wait_seconds=0)
        with pytest.raises(ConflictError):
            call(lambda: "second", "that", wait_seconds=0)
        return "first"

    assert call(run) == ("first", False)


def test_the_header_is_documented() -> None:
    parameters = app.openapi()["paths"]["/api/images/styles"]["post"]["parameters"]

    assert [parameter["name"] for parameter in parameters] == ["Idempotency-Key"]
