"""Runs generation jobs on the ComfyUI host, one message at a time."""

from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from darkroom.observability.log import with_request_id
from generation_worker import service

# A batch has one message, and its failure is not an error of the function.
processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def advance(record: SQSRecord) -> None:
    message = record.json_body
    service.advance(message["job_id"], message.get("tries", 0))


@with_request_id
def handler(event: dict[str, Any], context: Any) -> PartialItemFailureResponse:
    return process_partial_response(event, advance, processor, context)
