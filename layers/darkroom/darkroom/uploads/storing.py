"""Storing images and writing the row that owns them: both or neither."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from pynamodb.exceptions import TransactWriteError
from pynamodb.transactions import TransactWrite

from darkroom.errors import StorageError
from darkroom.images.formats import Image
from darkroom.models.ledger_row import Upload
from darkroom.models.operations import commit, failed_conditions
from darkroom.observability import metrics
from darkroom.observability.log import logger
from darkroom.storage import ImageStorage

PARALLEL = 8  # transfers at once: fifty images fit the gateway's 29 seconds
ROW_TRIES = 20  # an id made of time and chance may be taken, a list may have changed

Row = TypeVar("Row")
Also = Callable[[TransactWrite, Any], None]  # takes the row that the same transaction writes


def nothing(write: TransactWrite, row: object) -> None:
    """What most uploads write beside their row."""


def keep(
    storage: ImageStorage,
    images: list[Image],
    public_ids: list[str],
    own: Callable[[TransactWrite, list[str]], Row],
    also: Also = nothing,
) -> Row:
    """Store the images and write the row that owns them; gives the row.

    `own` gets the places where the images are found, and adds its row to the transaction under
    conditions; where one fails it is called again, to draw a new key or to look again, and `also`
    after it. Raises what they and the store raise; nothing is kept then.
    """

    def writes(write: TransactWrite) -> Row:
        row = own(write, places)
        also(write, row)
        return row

    ledger = Upload.begin(storage.name, public_ids)
    try:
        with ThreadPoolExecutor(PARALLEL) as pool:
            places = list(pool.map(storage.store, images, public_ids))
        row = _write_row(ledger, writes)
    except Exception as error:
        _abandon(ledger)
        if isinstance(error, StorageError):
            metrics.count("FailedUploads")
        raise
    metrics.count("StoredImages", len(images), store=storage.name)
    return row


def _write_row(ledger: Upload, own: Callable[[TransactWrite], Row]) -> Row:
    def writes(write: TransactWrite) -> Row:
        row = own(write)
        ledger.settle(write)
        return row

    for _ in range(ROW_TRIES - 1):
        try:
            return commit(writes)
        except TransactWriteError as error:
            if not any(failed_conditions(error)[:-1]):  # the last one is the ledger's
                raise
    return commit(writes)


def _abandon(ledger: Upload) -> None:
    try:
        ledger.abandon()
    except Exception:
        logger.exception("The sweeper will find this upload", extra={"upload": ledger.upload_id})
