"""Messages between functions."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from botocore.session import get_session


def send(queue_url: str, message: Mapping[str, Any], delay: int = 0) -> None:
    """Put a message on a queue, to be received after `delay` seconds (900 at most)."""
    client().send_message(QueueUrl=queue_url, MessageBody=json.dumps(message), DelaySeconds=delay)


@cache
def client() -> Any:
    return get_session().create_client("sqs")
