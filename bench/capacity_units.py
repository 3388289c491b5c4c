"""Capacity units that DynamoDB bills: https://aws.amazon.com/dynamodb/pricing/on-demand/.

Write units, including those of the indexes, are counted by the emulator. Read units are computed
from the size of the responses: the emulator counts none for a batch, and the minimum for a page.
"""

from collections.abc import Iterable
from math import ceil
from typing import Any

from bench.aws_calls import AwsCall

WRITES = {"BatchWriteItem", "DeleteItem", "PutItem", "TransactWriteItems", "UpdateItem"}
READ_BYTES = 4096


def written(calls: Iterable[AwsCall]) -> float:
    return sum(_consumed(call) for call in calls if call.operation in WRITES)


def read(calls: Iterable[AwsCall]) -> float:
    return sum(_read(call) for call in calls if call.operation not in WRITES)


def _consumed(call: AwsCall) -> float:
    consumed = call.response.get("ConsumedCapacity", {})
    tables = consumed if isinstance(consumed, list) else [consumed]
    return sum(float(table.get("CapacityUnits", 0)) for table in tables)


def _read(call: AwsCall) -> float:
    if call.operation == "BatchGetItem":
        return sum(_batch(call, table) for table in call.parameters["RequestItems"])
    if call.operation == "GetItem":
        return _units(call.parameters, call.response.get("Item", {}))
    return _units(call.parameters, call.response.get("Items", []))


def _batch(call: AwsCall, table: str) -> float:
    """Each item is billed separately; a missing item costs the minimum."""
    request, items = call.parameters["RequestItems"][table], call.response["Responses"][table]
    missing: list[Any] = [{}] * (len(request["Keys"]) - len(items))
    return sum(_units(request, item) for item in [*items, *missing])


def _units(request: dict[str, Any], items: Any) -> float:
    unit = 1.0 if request.get("ConsistentRead") else 0.5
    return max(ceil(_size(items) / READ_BYTES), 1) * unit


def _size(value: Any) -> int:
    """The approximate bytes of one or several items in DynamoDB's JSON: names, values, types."""
    match value:
        case dict():
            return sum(len(name) + _size(inner) for name, inner in value.items())
        case list():
            return sum(_size(item) for item in value)
        case _:
            return len(str(value).encode())
