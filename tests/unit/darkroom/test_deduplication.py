"""`run_once` runs a function once per key; after an exception, it runs again."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from catalog.app import app
from darkroom import deduplication
from darkroom.deduplication import InProgressError, run_once
from darkroom.errors import ConflictError
from darkroom.web.idempotency import WAIT_SECONDS, WINDOW_SECONDS
from tests.support import account
from tests.support.handler_process import LambdaContext

KEY = ["POST", "/things", "anonymous", "1"]


@pytest.fixture(autouse=True)
def table() -> Iterator[None]:
    with mock_aws():
        deduplication._store.cache_clear()
        account.create_tables(boto3.client("dynamodb"))
        yield
    deduplication._store.cache_clear()


def run_with_key(
    run: Any, fingerprint: str = "fingerprint", wait_seconds: float = WAIT_SECONDS
) -> tuple[Any, bool]:
    return run_once(
        KEY,
        [fingerprint],
        run,
        window_seconds=WINDOW_SECONDS,
        wait_seconds=wait_seconds,
        lambda_context=LambdaContext(),
    )


def test_only_the_first_call_runs_the_function() -> None:
    assert run_with_key(lambda: "first") == ("first", False)
    assert run_with_key(lambda: "second") == ("first", True)


def test_another_fingerprint_is_a_conflict() -> None:
    run_with_key(lambda: "first")

    with pytest.raises(ConflictError):
        run_with_key(lambda: "second", "another")


def test_a_call_that_raised_is_repeated() -> None:
    with pytest.raises(ZeroDivisionError):
        run_with_key(lambda: 1 // 0)

    assert run_with_key(lambda: "second") == ("second", False)


def test_a_concurrent_call_stops_waiting_in_time() -> None:
    def run() -> str:
        with pytest.raises(InProgressError):
            run_with_key(lambda: "second", wait_seconds=0)
        with pytest.raises(ConflictError):
            run_with_key(lambda: "second", "another", wait_seconds=0)
        return "first"

    assert run_with_key(run) == ("first", False)


def test_the_openapi_document_contains_the_header() -> None:
    parameters = app.openapi()["paths"]["/api/images/styles"]["post"]["parameters"]

    assert [parameter["name"] for parameter in parameters] == ["Idempotency-Key"]
