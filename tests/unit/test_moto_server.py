"""A failed transaction is rolled back, although table copies share their items."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local import stack
from tests.conftest import moto
from tests.support.isolated_settings import isolated_settings

TABLE = "rows"


@pytest.fixture
def dynamodb(tmp_path: Path) -> Iterator[Any]:
    settings = isolated_settings(tmp_path)
    with moto(settings):
        client = stack.client(settings, "dynamodb")
        client.create_table(
            TableName=TABLE,
            KeySchema=[
                {"AttributeName": "kind", "KeyType": "HASH"},
                {"AttributeName": "id", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"} for name in ("kind", "id")
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        yield client


def row(name: str, **attributes: str) -> dict[str, Any]:
    return {"kind": {"S": "k"}, "id": {"S": name}} | {k: {"S": v} for k, v in attributes.items()}


def test_a_failed_transaction_changes_nothing(dynamodb: Any) -> None:
    for name in ("updated", "deleted", "put"):
        dynamodb.put_item(TableName=TABLE, Item=row(name, state="old"))
    before = dynamodb.scan(TableName=TABLE)["Items"]
    update = {
        "UpdateExpression": "SET #s = :new",
        "ExpressionAttributeNames": {"#s": "state"},
        "ExpressionAttributeValues": {":new": {"S": "new"}},
    }

    with pytest.raises(dynamodb.exceptions.TransactionCanceledException):
        dynamodb.transact_write_items(
            TransactItems=[
                {"Update": {"TableName": TABLE, "Key": row("updated"), **update}},
                {"Update": {"TableName": TABLE, "Key": row("new"), **update}},
                {"Delete": {"TableName": TABLE, "Key": row("deleted")}},
                {"Put": {"TableName": TABLE, "Item": row("put", state="new")}},
                {
                    "ConditionCheck": {
                        "TableName": TABLE,
                        "Key": row("none"),
                        "ConditionExpression": "attribute_exists(id)",
                    }
                },
            ]
        )

    assert dynamodb.scan(TableName=TABLE)["Items"] == before
