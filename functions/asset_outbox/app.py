"""The outbox: sends messages that delete the assets of rows that were deleted or lost images.

It reads the streams of all tables whose rows own assets: such a row has `store`, and `images` with
their `public_id`. A gallery image's shares and a publication's images are deleted with it. It calls
no external service, because a blocked stream loses its records after a day.
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
from darkroom.observability.log import with_request_id

DELETIONS_QUEUE = settings.text("ASSET_DELETIONS_QUEUE")
# A store that timed out on an upload may still store the asset later.
LATE_SECONDS = settings.integer("LATE_UPLOAD_SECONDS")
CHUNK = 10  # assets per message: few enough for one invocation of the clean-up

processor = BatchProcessor(event_type=EventType.DynamoDBStreams)


def release(record: DynamoDBRecord) -> None:
    if not record.dynamodb:
        return
    row, new_row = record.dynamodb.old_image, record.dynamodb.new_image
    if record.event_name is DynamoDBRecordEventName.REMOVE:
        _remove_dependents(row)
    elif not new_row:
        return  # a stream without new images does not show which assets a row has lost
    remaining = set(_public_ids(new_row))
    released = [public_id for public_id in _public_ids(row) if public_id not in remaining]
    # Only ledger rows expire, and only they name assets whose upload may still be running.
    delays = (0, LATE_SECONDS) if "expires_at" in row else (0,)
    for public_ids in _chunks(released):
        for delay in delays:
            message = {"store": row["store"], "public_ids": public_ids}
            queues.send(DELETIONS_QUEUE, message, delay)


def _remove_dependents(row: dict[str, Any]) -> None:
    """Delete the rows that belonged to this one."""
    if row.get("item") == "image":
        Share.remove_all(int(row["image_id"]))
    if row.get("key", "").startswith("publication_"):
        PublicationImages.clear_if_orphaned(row["key"])


def _public_ids(row: dict[str, Any]) -> list[str]:
    return [image["public_id"] for image in row.get("images") or ()]


def _chunks(public_ids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(public_ids), CHUNK):
        yield public_ids[start : start + CHUNK]


@with_request_id
def handler(event: dict[str, Any], context: Any) -> PartialItemFailureResponse:
    return process_partial_response(event, release, processor, context)
