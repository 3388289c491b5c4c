"""What every model does with conditional writes."""

from pynamodb.connection import Connection
from pynamodb.exceptions import PynamoDBException, TransactWriteError
from pynamodb.transactions import TransactWrite


def transaction(token: str) -> TransactWrite:
    """A transaction that may be sent again safely: DynamoDB knows it by its token."""
    return TransactWrite(client_request_token=token, connection=Connection())


def is_condition_failure(error: PynamoDBException) -> bool:
    """Whether a write was refused because its condition did not hold."""
    if isinstance(error, TransactWriteError):
        reasons = error.cancellation_reasons
        return any(reason and reason.code == "ConditionalCheckFailed" for reason in reasons)
    return error.cause_response_code == "ConditionalCheckFailedException"
