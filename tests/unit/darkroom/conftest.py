"""The tables of the template, in memory, and what is asked of them."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from pynamodb.connection.base import Connection

from darkroom.models import catalog
from tests.support import account


@pytest.fixture(scope="session")
def dynamodb() -> Any:
    """Made once: to make a client takes longer than to make all tables."""
    return boto3.client("dynamodb")


@pytest.fixture
def tables(dynamodb: Any) -> Iterator[None]:
    with mock_aws():
        catalog.load_starter_set.cache_clear()
        account.create_tables(dynamodb)
        yield


@pytest.fixture
def calls(tables: None, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """The DynamoDB operations that a test makes."""
    counter: Counter[str] = Counter()
    send = Connection.dispatch

    def counted(self: Connection, operation: str, arguments: dict[str, Any]) -> Any:
        counter[operation] += 1
        return send(self, operation, arguments)

    monkeypatch.setattr(Connection, "dispatch", counted)
    return counter
