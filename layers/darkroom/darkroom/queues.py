"""Messages between functions, through SQS."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from botocore.session import get_session


def send(queue_url: str, message: Mapping[str, Any], delay: int | None = None) -> None:
    """Send a message that is delivered after `delay` seconds (at most 900).

    Without a delay, the queue's own applies; a delay of 0 overrides it.
    """
    options = {} if delay is None else {"DelaySeconds": delay}
    client().send_message(QueueUrl=queue_url, MessageBody=json.dumps(message), **options)


def is_empty(queue_url: str) -> bool:
    """Whether no message is waiting, delayed or in flight; SQS's counts are approximate."""
    counts = [f"ApproximateNumberOfMessages{kind}" for kind in ("", "NotVisible", "Delayed")]
    response = client().get_queue_attributes(QueueUrl=queue_url, AttributeNames=counts)
    return not any(int(count) for count in response["Attributes"].values())


@cache
def client() -> Any:
    return get_session().create_client("sqs")
