"""Messages between functions."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from botocore.session import get_session


def send(queue_url: str, message: Mapping[str, Any], delay: int | None = None) -> None:
    """Put a message on a queue, to be received after `delay` seconds (900 at most), or after the
    queue's own delay."""
    # A delay of a message, even of 0, takes the place of the queue's.
    options = {} if delay is None else {"DelaySeconds": delay}
    client().send_message(QueueUrl=queue_url, MessageBody=json.dumps(message), **options)


def is_empty(queue_url: str) -> bool:
    """Whether no message waits, is delayed or is worked on; approximate, as all such counts are."""
    counts = [f"ApproximateNumberOfMessages{kind}" for kind in ("", "NotVisible", "Delayed")]
    answer = client().get_queue_attributes(QueueUrl=queue_url, AttributeNames=counts)
    return not any(int(count) for count in answer["Attributes"].values())


@cache
def client() -> Any:
    return get_session().create_client("sqs")
