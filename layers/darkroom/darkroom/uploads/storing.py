"""Storing images and writing the row that owns them: both or neither."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from pynamodb.exceptions import TransactWriteError
from pynamodb.transactions import TransactWrite

from darkroom.errors import StorageError
from darkroom.images.formats import Image
from darkroom.models.ledger_row import LedgerRow
from darkroom.models.operations import commit, failed_conditions
from darkroom.observability import metrics
from darkroom.observability.log import logger
from darkroom.storage import ImageStorage

MAX_TRANSFERS = 8  # concurrent: fifty images are stored within the gateway's 29 seconds
ROW_TRIES = 20  # a generated id may collide, a list may change concurrently

Row = TypeVar("Row")
WriteRow = Callable[[TransactWrite, list[str]], Row]  # takes the URLs of the stored images
ExtraWrite = Callable[[TransactWrite, Any], None]  # takes the row of the same transaction


def store_images(
    storage: ImageStorage,
    images: list[Image],
    public_ids: list[str],
    write_row: WriteRow[Row],
    extra_writes: Sequence[ExtraWrite] = (),
) -> Row:
    """Store the images, write the row that owns them, and return the row.

    `write_row` adds the row to a transaction under conditions, and `extra_writes` add theirs. If a
    condition fails, all are called again, to draw another id or to read again. Raises their errors
    and `StorageError`; nothing is stored then.
    """

    def write_all(write: TransactWrite) -> Row:
        row = write_row(write, urls)
        for extra in extra_writes:
            extra(write, row)
        return row

    ledger_row = LedgerRow.begin(storage.name, public_ids)
    try:
        with ThreadPoolExecutor(MAX_TRANSFERS) as pool:
            urls = list(pool.map(storage.store, images, public_ids))
        row = _commit_row(ledger_row, write_all)
    except Exception as error:
        _abandon(ledger_row)
        if isinstance(error, StorageError):
            metrics.count("FailedUploads")
        raise
    metrics.count("StoredImages", len(images), store=storage.name)
    return row


def _commit_row(ledger_row: LedgerRow, write_all: Callable[[TransactWrite], Row]) -> Row:
    def write_and_settle(write: TransactWrite) -> Row:
        row = write_all(write)
        ledger_row.settle(write)
        return row

    for _ in range(ROW_TRIES - 1):
        try:
            return commit(write_and_settle)
        except TransactWriteError as error:
            if not any(failed_conditions(error)[:-1]):  # the last condition is the ledger row's
                raise
    return commit(write_and_settle)


def _abandon(ledger_row: LedgerRow) -> None:
    try:
        ledger_row.abandon()
    except Exception:
        logger.exception(
            "The sweeper will remove this upload", extra={"upload": ledger_row.upload_id}
        )
