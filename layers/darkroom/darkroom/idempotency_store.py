"""Doing once what is asked for more than once under one key."""

import random
import time
from collections.abc import Callable
from functools import cache
from typing import Any

from darkroom import settings
from darkroom.errors import ConflictError

TABLE = settings.text("IDEMPOTENCY_TABLE")
KEPT_SECONDS = 24 * 3600
WAIT_SECONDS = 15  # for the first of two at once; half of the gateway's 29
POLL_SECONDS = 0.1


class InProgressError(Exception):
    """Raised when the first request goes on for longer than the second can wait."""


def once(key: list[str], said: list[Any], context: Any, run: Callable[[], Any]) -> tuple[Any, bool]:
    """The result of `run`, JSON, and whether it is that of an earlier call under the key.

    What `run` raises is passed on and not kept. While another call runs this one waits for it.
    Raises `ConflictError` for a key that came with other words, and `InProgressError`.
    """
    # Loading boto3 costs a cold start as much as pynamodb does, and most requests have no key.
    from aws_lambda_powertools.utilities import idempotency
    from aws_lambda_powertools.utilities.idempotency import exceptions

    ran = []

    def run_first(asked: dict[str, Any]) -> Any:
        ran.append(True)
        return run()

    config = idempotency.IdempotencyConfig(
        event_key_jmespath="key",
        payload_validation_jmespath="said",
        raise_on_no_idempotency_key=True,
        expires_after_seconds=KEPT_SECONDS,
        hash_function="sha256",
        lambda_context=context,
    )
    guarded = idempotency.idempotent_function(
        run_first,
        data_keyword_argument="asked",
        persistence_store=_store(),
        config=config,
        key_prefix="request",
    )
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            return guarded(asked={"key": key, "said": said}), not ran
        except exceptions.IdempotencyValidationError as error:
            raise ConflictError("The Idempotency-Key came with another request") from error
        except exceptions.IdempotencyAlreadyInProgressError as error:
            if time.monotonic() > deadline:
                raise InProgressError from error
        time.sleep(random.uniform(POLL_SECONDS, 3 * POLL_SECONDS))  # noqa: S311


@cache
def _store() -> Any:
    from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer

    return DynamoDBPersistenceLayer(TABLE)
