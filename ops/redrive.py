"""Move all messages of a dead-letter queue back to their source queue.

Each message is deleted after it has been sent, so that none is lost. A message can arrive twice:
its consumer is idempotent.
"""

import sys
from collections.abc import Iterator
from typing import Any

import boto3

from ops.stack import Stack, parser

QUEUES = ("AssetDeletions", "StoriesV1Purges", "StoriesV2Purges")


def redrive(stack: Stack, queue: str) -> int:
    """Move all messages and return their number."""
    sqs = boto3.client("sqs")
    dead_letters, destination = stack.physical(f"{queue}Failed"), stack.physical(queue)
    moved = 0
    for message in _messages(sqs, dead_letters):
        sqs.send_message(QueueUrl=destination, MessageBody=message["Body"])
        sqs.delete_message(QueueUrl=dead_letters, ReceiptHandle=message["ReceiptHandle"])
        moved += 1
    return moved


def _messages(sqs: Any, url: str) -> Iterator[Any]:
    # Long polling queries all servers of the queue: an empty response means an empty queue.
    while received := sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=2
    ).get("Messages"):
        yield from received


def main() -> int:
    arguments = parser(__doc__)
    arguments.add_argument("queue", choices=QUEUES)
    options = arguments.parse_args()
    moved = redrive(Stack(options.stack), options.queue)
    print(f"{moved} messages moved back to {options.queue}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
