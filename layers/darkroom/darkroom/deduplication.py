"""Running a function once per idempotency key, with the results stored in DynamoDB."""

import random
import time
from collections.abc import Callable
from functools import cache
from typing import Any

from darkroom import settings
from darkroom.errors import ConflictError

TABLE = settings.text("IDEMPOTENCY_TABLE")
POLL_SECONDS = 0.1


class InProgressError(Exception):
    """Raised when the first call with a key runs for longer than the second may wait."""


def run_once(
    key: list[str],
    fingerprint: list[Any],
    run: Callable[[], Any],
    *,
    window_seconds: int,
    wait_seconds: float,
    lambda_context: Any,
) -> tuple[Any, bool]:
    """Return the JSON result of `run`, and whether it is that of an earlier call with the key.

    While another call with the key runs, this one waits. Errors of `run` are raised and not stored.
    Raises `ConflictError` if the key was used with another fingerprint, and `InProgressError`.
    """
    # Loading boto3 takes as long as loading pynamodb, and most requests have no key.
    from aws_lambda_powertools.utilities import idempotency
    from aws_lambda_powertools.utilities.idempotency import exceptions

    calls = []

    def run_first(request: dict[str, Any]) -> Any:
        calls.append(request)
        return run()

    config = idempotency.IdempotencyConfig(
        event_key_jmespath="key",
        payload_validation_jmespath="fingerprint",
        raise_on_no_idempotency_key=True,
        expires_after_seconds=window_seconds,
        hash_function="sha256",
        lambda_context=lambda_context,
    )
    idempotent = idempotency.idempotent_function(
        run_first,
        data_keyword_argument="request",
        persistence_store=_store(),
        config=config,
        key_prefix="request",
    )
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            return idempotent(request={"key": key, "fingerprint": fingerprint}), not calls
        except exceptions.IdempotencyValidationError as error:
            raise ConflictError from error
        except exceptions.IdempotencyAlreadyInProgressError as error:
            if time.monotonic() > deadline:
                raise InProgressError from error
        time.sleep(random.uniform(POLL_SECONDS, 3 * POLL_SECONDS))  # noqa: S311


@cache
def _store() -> Any:
    from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer

    return DynamoDBPersistenceLayer(TABLE)
