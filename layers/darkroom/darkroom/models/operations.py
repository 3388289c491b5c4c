"""Reads and conditional writes that all models share."""

import random
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from pynamodb.connection import Connection
from pynamodb.exceptions import (
    DeleteError,
    DoesNotExist,
    PutError,
    PynamoDBException,
    TransactWriteError,
    UpdateError,
)
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

Result = TypeVar("Result")
Row = TypeVar("Row", bound=Model)

CONFLICT_TRIES = 8
CONFLICT_SECONDS = 0.05  # doubles with each try

# Shared by all transactions: a new one would read botocore's service models and open a TLS
# connection again.
CONNECTION = Connection()


def get_or_none(model: type[Row], hash_key: Any, range_key: Any = None) -> Row | None:
    """The row with these keys, read consistently."""
    try:
        return model.get(hash_key, range_key, consistent_read=True)
    except DoesNotExist:
        return None


def query_page(
    source: Any, key: str | int, after: str, limit: int | None, **options: Any
) -> Iterator[Any]:
    """The rows of one partition that follow the position `after`; an empty one is the start.

    `source` is a model class or an index with the range key `position`; `options` are those of
    pynamodb's `query`. One query reads a row more than `limit`, which shows whether another page
    follows.
    """
    position: Any = (source if isinstance(source, type) else type(source)).position  # type: ignore[attr-defined]
    ascending = options.get("scan_index_forward", True)
    condition = (position > after if ascending else position < after) if after else None
    page_size = limit + 1 if limit else None
    rows: Iterator[Any] = source.query(key, condition, page_size=page_size, **options)
    return rows


def try_write(write: Callable[[], object]) -> bool:
    """Run a conditional write; return whether its condition held."""
    try:
        write()
    except (DeleteError, PutError, TransactWriteError, UpdateError) as error:
        if not is_condition_failure(error):
            raise
        return False
    return True


def try_update(row: Model, actions: Iterable[Action], condition: Condition) -> bool:
    """Update and refresh the row; return whether the condition held."""
    return try_write(lambda: row.update(actions=list(actions), condition=condition))


def try_commit(writes: Callable[[TransactWrite], object]) -> bool:
    """Run the writes in one transaction; return whether all conditions held."""
    return try_write(lambda: commit(writes))


def commit(writes: Callable[[TransactWrite], Result]) -> Result:
    """Run the writes in one transaction and return their result.

    Retries while other transactions hold its items. Raises `TransactWriteError` when a condition
    fails.
    """
    for attempt in range(CONFLICT_TRIES - 1):
        try:
            return _run(writes)
        except TransactWriteError as error:
            if is_condition_failure(error) or not _is_conflict(error):
                raise
        time.sleep(random.uniform(0, CONFLICT_SECONDS * 2**attempt))  # noqa: S311
    return _run(writes)


def is_condition_failure(error: PynamoDBException) -> bool:
    """Whether a write failed because its condition did not hold."""
    if isinstance(error, TransactWriteError):
        return any(failed_conditions(error))
    return error.cause_response_code == "ConditionalCheckFailedException"


def failed_conditions(error: TransactWriteError) -> list[bool]:
    """For each write of the transaction, whether its condition failed."""
    return [
        bool(reason and reason.code == "ConditionalCheckFailed")
        for reason in error.cancellation_reasons
    ]


def _run(writes: Callable[[TransactWrite], Result]) -> Result:
    # A retry is safe: botocore sends an idempotency token with each transaction.
    with TransactWrite(connection=CONNECTION) as write:
        return writes(write)


def _is_conflict(error: TransactWriteError) -> bool:
    reasons = error.cancellation_reasons
    return any(reason and reason.code == "TransactionConflict" for reason in reasons)
