"""Deletes uploads that never ended; the stream of the deletion leads to their assets' end."""

from typing import Any

from darkroom.models.ledger_row import Upload
from darkroom.observability.log import logger


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: Any) -> None:
    for upload in Upload.expired():
        logger.info("Sweeping an upload that never ended", extra={"upload": upload.upload_id})
        upload.abandon()
