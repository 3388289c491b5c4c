"""Drives generation jobs through the ComfyUI host, one message at a time."""

from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from darkroom.observability.log import logger
from generation_worker import service

# With one message a batch, a failure is no failure of the function.
processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def advance(record: SQSRecord) -> None:
    message = record.json_body
    service.advance(message["job_id"], message.get("tries", 0))


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: Any) -> PartialItemFailureResponse:
    return process_partial_response(event, advance, processor, context)
