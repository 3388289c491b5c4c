"""Direct access to a table, without the functions."""

from typing import Any


def rows(dynamodb: Any, table: str) -> list[dict[str, Any]]:
    pages = dynamodb.get_paginator("scan").paginate(TableName=table)
    return [item for page in pages for item in page["Items"]]


def delete_rows(dynamodb: Any, table: str) -> None:
    schema = dynamodb.describe_table(TableName=table)["Table"]["KeySchema"]
    names = [part["AttributeName"] for part in schema]
    for row in rows(dynamodb, table):
        dynamodb.delete_item(TableName=table, Key={name: row[name] for name in names})
