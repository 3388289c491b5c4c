"""Deletes assets that no row names any more; retries for as long as their store fails."""

from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from darkroom import queues, settings
from darkroom.errors import StorageError
from darkroom.observability.log import with_request_id
from darkroom.storage import ImageStorage
from darkroom.storage.cloudinary import PRIVATE, PUBLIC
from darkroom.storage.s3 import S3Storage

DELETIONS_QUEUE = settings.text("ASSET_DELETIONS_QUEUE")
BACKOFF_SECONDS = settings.integer("CLEANUP_BACKOFF_SECONDS")
MAX_BACKOFF_SECONDS = 3600  # the queue's maxReceiveCount is based on it: see the template

STORES: dict[str, ImageStorage] = {store.name: store for store in (PUBLIC, PRIVATE, S3Storage())}

# A batch has one message, and its failure is not an error of the function.
processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def destroy(record: SQSRecord) -> None:
    message = record.json_body
    try:
        STORES[message["store"]].destroy(message["public_ids"])
    except StorageError:
        _back_off(record)
        raise


def _back_off(record: SQSRecord) -> None:
    """Delay the next delivery; the delay doubles with each failure."""
    failures = int(record.attributes.approximate_receive_count)
    delay = min(BACKOFF_SECONDS * 2 ** min(failures - 1, 16), MAX_BACKOFF_SECONDS)
    queues.client().change_message_visibility(
        QueueUrl=DELETIONS_QUEUE, ReceiptHandle=record.receipt_handle, VisibilityTimeout=delay
    )


@with_request_id
def handler(event: dict[str, Any], context: Any) -> PartialItemFailureResponse:
    return process_partial_response(event, destroy, processor, context)
