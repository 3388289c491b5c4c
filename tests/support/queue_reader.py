"""Invokes a function with the messages of its queue, as Lambda does on AWS."""

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from local.settings import Settings
from local.stack import client
from tests.support.functions import Functions

REDELIVERY_SECONDS = 2


@contextmanager
def read_queue(
    functions: Functions, name: str, settings: Settings, queue_url: str
) -> Iterator[None]:
    """Invoke a function with the messages of a queue, one at a time, until the context ends."""
    stop = threading.Event()
    sqs = client(settings, "sqs")

    def read() -> None:
        while not stop.is_set():
            response = sqs.receive_message(
                QueueUrl=queue_url,
                VisibilityTimeout=REDELIVERY_SECONDS,
                AttributeNames=["All"],
            )
            for message in response.get("Messages", ()):
                if not functions.invoke(name, sqs_event(message))["batchItemFailures"]:
                    sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
            stop.wait(0 if "Messages" in response else 0.05)

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def sqs_event(message: dict[str, Any]) -> dict[str, Any]:
    """The Lambda event with this one message."""
    record = {
        "messageId": message.get("MessageId", str(uuid.uuid4())),
        "receiptHandle": message.get("ReceiptHandle", "handle"),
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:queue",
        "awsRegion": "us-east-1",
    }
    return {"Records": [record]}
