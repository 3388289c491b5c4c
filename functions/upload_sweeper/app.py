"""Deletes expired uploads; the stream of the deletions deletes their assets."""

from typing import Any

from darkroom.models.ledger_row import LedgerRow
from darkroom.observability.log import logger, with_request_id


@with_request_id
def handler(event: dict[str, Any], context: Any) -> None:
    for upload in LedgerRow.expired():
        logger.info("Deleting an expired upload", extra={"upload": upload.upload_id})
        upload.abandon()
