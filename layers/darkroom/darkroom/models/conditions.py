"""What every model does with conditional writes and transactions."""

import random
import time
from collections.abc import Callable

from pynamodb.connection import Connection
from pynamodb.exceptions import PynamoDBException, TransactWriteError
from pynamodb.transactions import TransactWrite

CONFLICT_TRIES = 8
CONFLICT_SECONDS = 0.05  # doubled from try to try


def transaction() -> TransactWrite:
    """A transaction that may be sent again safely: botocore gives it a token to be known by."""
    return TransactWrite(connection=Connection())


def commit(writes: Callable[[TransactWrite], None]) -> None:
    """Run the writes in one transaction, again while others hold its items.

    Raises `TransactWriteError` when a condition does not hold.
    """
    for attempt in range(CONFLICT_TRIES):
        try:
            with transaction() as write:
                writes(write)
            return
        except TransactWriteError as error:
            is_last = attempt == CONFLICT_TRIES - 1
            if is_last or is_condition_failure(error) or not _is_conflict(error):
                raise
        time.sleep(random.uniform(0, CONFLICT_SECONDS * 2**attempt))  # noqa: S311


def is_condition_failure(error: PynamoDBException) -> bool:
    """Whether a write was refused because its condition did not hold."""
    if isinstance(error, TransactWriteError):
        return any(failed_conditions(error))
    return error.cause_response_code == "ConditionalCheckFailedException"


def failed_conditions(error: TransactWriteError) -> list[bool]:
    """For each write of the transaction, whether its condition did not hold."""
    return [
        bool(reason and reason.code == "ConditionalCheckFailed")
        for reason in error.cancellation_reasons
    ]


def _is_conflict(error: TransactWriteError) -> bool:
    reasons = error.cancellation_reasons
    return any(reason and reason.code == "TransactionConflict" for reason in reasons)
