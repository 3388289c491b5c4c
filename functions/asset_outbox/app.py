"""From a deleted row, or one that has lost images, to the deletion of the assets that it named.

Reads the streams of all tables whose rows own assets: such a row has `store`, and `images` with
their `public_id`. An image of the gallery takes its shares along, a publication its images. No
outside service is called, so that a stream, which forgets after a day, is never held up.
"""

from collections.abc import Iterator
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import (
    DynamoDBRecord,
    DynamoDBRecordEventName,
)

from darkroom import queues, settings
from darkroom.models.gallery import Share
from darkroom.models.publication import PublicationImages
from darkroom.observability.log import logger

DELETIONS_QUEUE = settings.text("ASSET_DELETIONS_QUEUE")
# A store that timed out on an upload may still be keeping what it received.
LATE_SECONDS = settings.integer("LATE_UPLOAD_SECONDS")
CHUNK = 10  # assets a message: few enough to be removed in one go

processor = BatchProcessor(event_type=EventType.DynamoDBStreams)


def release(record: DynamoDBRecord) -> None:
    if not record.dynamodb:
        return
    row, successor = record.dynamodb.old_image, record.dynamodb.new_image
    if record.event_name is DynamoDBRecordEventName.REMOVE:
        _remove_dependents(row)
    elif not successor:
        return  # only where a stream shows what a row became can assets be missed in it
    kept = set(_public_ids(successor))
    released = [public_id for public_id in _public_ids(row) if public_id not in kept]
    # Only rows of the ledger expire, and only they name assets that may be on their way.
    delays = (0, LATE_SECONDS) if "expires_at" in row else (0,)
    for public_ids in _chunks(released):
        for delay in delays:
            message = {"store": row["store"], "public_ids": public_ids}
            queues.send(DELETIONS_QUEUE, message, delay)


def _remove_dependents(row: dict[str, Any]) -> None:
    """Delete the other rows that were there for this one alone."""
    if row.get("item") == "image":
        Share.forget(int(row["image_id"]))
    if row.get("key", "").startswith("publication_"):
        PublicationImages.clear_if_orphaned(row["key"])


def _public_ids(row: dict[str, Any]) -> list[str]:
    return [image["public_id"] for image in row.get("images") or ()]


def _chunks(public_ids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(public_ids), CHUNK):
        yield public_ids[start : start + CHUNK]


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: Any) -> PartialItemFailureResponse:
    return process_partial_response(event, release, processor, context)
