"""The logger of every function: structured lines, each with the invocation's request id."""

from collections.abc import Callable
from typing import Any, TypeVar

from aws_lambda_powertools import Logger

Result = TypeVar("Result")
Handler = Callable[[dict[str, Any], Any], Result]

logger = Logger()


def with_request_id(handler: Handler[Result]) -> Handler[Result]:
    """A Lambda handler that adds the request id to all of its log lines.

    It never logs the event, which contains tokens and passwords.
    """
    decorated: Handler[Result] = logger.inject_lambda_context(
        handler, clear_state=True, log_event=False
    )
    return decorated
