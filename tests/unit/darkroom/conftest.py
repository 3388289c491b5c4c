"""The tables of the template, in memory, and a counter of the operations on them."""

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
    """Created once, since a client takes longer to create than all tables."""
    return boto3.client("dynamodb")


@pytest.fixture
def tables(dynamodb: Any) -> Iterator[None]:
    with mock_aws():
        catalog.load_starter_set.cache_clear()
        account.create_tables(dynamodb)
        yield


@pytest.fixture
def calls(tables: None, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """The number of DynamoDB operations of a test, by name."""
    counter: Counter[str] = Counter()
    dispatch = Connection.dispatch

    def dispatch_and_count(self: Connection, operation: str, arguments: dict[str, Any]) -> Any:
        counter[operation] += 1
        return dispatch(self, operation, arguments)

    monkeypatch.setattr(Connection, "dispatch", dispatch_and_count)
    return counter
