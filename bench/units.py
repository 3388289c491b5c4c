"""Units that DynamoDB bills for calls: https://aws.amazon.com/dynamodb/pricing/on-demand/.

Writes, with those of the indexes, are what the emulator counts. Reads are reckoned here from what
came back, since the emulator counts none for a batch and takes every page for a small one.
"""

from collections.abc import Iterable
from math import ceil
from typing import Any

from bench.wire import Call

WRITES = {"BatchWriteItem", "DeleteItem", "PutItem", "TransactWriteItems", "UpdateItem"}
READ_BYTES = 4096


def written(calls: Iterable[Call]) -> float:
    return sum(_counted(call) for call in calls if call.operation in WRITES)


def read(calls: Iterable[Call]) -> float:
    return sum(_read(call) for call in calls if call.operation not in WRITES)


def _counted(call: Call) -> float:
    said = call.answer.get("ConsumedCapacity", {})
    tables = said if isinstance(said, list) else [said]
    return sum(float(table.get("CapacityUnits", 0)) for table in tables)


def _read(call: Call) -> float:
    if call.operation == "BatchGetItem":
        return sum(_batch(call, table) for table in call.parameters["RequestItems"])
    if call.operation == "GetItem":
        return _units(call.parameters, call.answer.get("Item", {}))
    return _units(call.parameters, call.answer.get("Items", []))


def _batch(call: Call, table: str) -> float:
    """Each item for itself; one that is not there costs as much as a small one."""
    asked, found = call.parameters["RequestItems"][table], call.answer["Responses"][table]
    missing: list[Any] = [{}] * (len(asked["Keys"]) - len(found))
    return sum(_units(asked, item) for item in [*found, *missing])


def _units(asked: dict[str, Any], found: Any) -> float:
    each = 1.0 if asked.get("ConsistentRead") else 0.5
    return max(ceil(_size(found) / READ_BYTES), 1) * each


def _size(value: Any) -> int:
    """About the bytes of an item or of several, in DynamoDB's JSON: names, values and types."""
    match value:
        case dict():
            return sum(len(name) + _size(inner) for name, inner in value.items())
        case list():
            return sum(_size(item) for item in value)
        case _:
            return len(str(value).encode())
