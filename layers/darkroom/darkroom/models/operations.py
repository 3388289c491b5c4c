"""What every model does with conditional writes and transactions."""

import random
import time
from collections.abc import Callable, Iterable
from typing import TypeVar

from pynamodb.connection import Connection
from pynamodb.exceptions import PynamoDBException, TransactWriteError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

Result = TypeVar("Result")

CONFLICT_TRIES = 8
CONFLICT_SECONDS = 0.05  # doubled from try to try

# One for all transactions: each would else read botocore's models anew, and shake hands anew.
CONNECTION = Connection()


def commit(writes: Callable[[TransactWrite], Result]) -> Result:
    """Run the writes in one transaction, again while others hold its items; gives their result.

    Raises `TransactWriteError` when a condition does not hold.
    """
    for attempt in range(CONFLICT_TRIES - 1):
        try:
            return _run(writes)
        except TransactWriteError as error:
            if is_condition_failure(error) or not _is_conflict(error):
                raise
        time.sleep(random.uniform(0, CONFLICT_SECONDS * 2**attempt))  # noqa: S311
    return _run(writes)


def _run(writes: Callable[[TransactWrite], Result]) -> Result:
    # Sending it again is safe: botocore gives a transaction a token to be known by.
    with TransactWrite(connection=CONNECTION) as write:
        return writes(write)


def changes(row: Model, actions: Iterable[Action], condition: Condition) -> bool:
    """Whether the condition held, so that the row was changed; it is as in the table then."""
    try:
        row.update(actions=list(actions), condition=condition)
    except UpdateError as error:
        if not is_condition_failure(error):
            raise
        return False
    return True


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
