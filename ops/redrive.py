"""Send what a dead-letter queue holds back to the queue that it came from.

A message is deleted once it has been sent: one may arrive twice, which its reader bears, and none
is lost.
"""

import sys
from collections.abc import Iterator
from typing import Any

import boto3

from ops.stack import Stack, parser

QUEUES = ("AssetDeletions", "StoriesV1Purges", "StoriesV2Purges")


def redrive(stack: Stack, queue: str) -> int:
    """Move every message; how many there were."""
    sqs = boto3.client("sqs")
    source, destination = stack.physical(f"{queue}Failed"), stack.physical(queue)
    moved = 0
    for message in _messages(sqs, source):
        sqs.send_message(QueueUrl=destination, MessageBody=message["Body"])
        sqs.delete_message(QueueUrl=source, ReceiptHandle=message["ReceiptHandle"])
        moved += 1
    return moved


def _messages(sqs: Any, url: str) -> Iterator[Any]:
    # Long polling asks all of the queue's servers, so that nothing received means nothing left.
    while received := sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=2
    ).get("Messages"):
        yield from received


def main() -> int:
    arguments = parser(__doc__)
    arguments.add_argument("queue", choices=QUEUES)
    options = arguments.parse_args()
    moved = redrive(Stack(options.stack), options.queue)
    print(f"{moved} messages are back in {options.queue}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
