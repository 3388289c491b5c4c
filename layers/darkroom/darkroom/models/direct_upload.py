"""Direct uploads, as rows of the ledger.

While a direct upload is pending, its row owns the S3 objects that its presigned forms create. One
transaction ends it: it deletes the row, and through the stream the objects, and writes the response
that later calls receive.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from pynamodb.attributes import JSONAttribute, NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from darkroom import ids, settings
from darkroom.errors import UploadNotFoundError
from darkroom.models.ledger_row import EXPIRY, RETENTION, LedgerRow
from darkroom.models.operations import get_or_none, try_commit

FORM_LIFETIME = timedelta(seconds=settings.integer("DIRECT_UPLOAD_SECONDS"))

Row = TypeVar("Row", "DirectUpload", "CompletionResponse")


class CompletionResponse(Model):
    """The response to the completion of an upload, stored for a day for repeated calls."""

    class Meta:
        table_name = settings.text("UPLOADS_TABLE")

    upload_id = UnicodeAttribute(hash_key=True)
    path = UnicodeAttribute()
    owner = UnicodeAttribute()
    status = NumberAttribute()
    body = UnicodeAttribute()
    delete_after = TTLAttribute()


class UploadEndedError(Exception):
    """Raised when an upload has ended; carries its response."""

    def __init__(self, response: CompletionResponse) -> None:
        self.response = response


class DirectUpload(LedgerRow):
    """A pending upload: the path of its creation, its owner and the announcement."""

    class Meta:
        table_name = settings.text("UPLOADS_TABLE")

    path = UnicodeAttribute()
    owner = UnicodeAttribute()
    request = JSONAttribute()

    @classmethod
    def create(
        cls, path: str, owner: str, store: str, file_count: int, request: Any
    ) -> "DirectUpload":
        """Write a new upload that names its objects; forms for them may be issued afterwards."""
        upload_id = ids.new_uuid()
        keys = [f"pending/{upload_id}/{number}" for number in range(1, file_count + 1)]
        # A file that arrives in the last moment of its form has the time of any other upload.
        upload = cls.pending_for(FORM_LIFETIME + EXPIRY, upload_id, store, keys)
        upload.path, upload.owner, upload.request = path, owner, request
        upload.save()
        return upload

    @classmethod
    def find(cls, path: str, owner: str, upload_id: str) -> "DirectUpload":
        """The pending upload.

        Raises `UploadEndedError` when it has ended, and `UploadNotFoundError` when it does not
        exist, has expired or belongs to another owner.
        """
        canonical = ids.canonical_uuid(upload_id)
        if canonical is None:
            raise UploadNotFoundError
        upload = _owned(cls, canonical, path, owner)
        if upload is None:
            response = _owned(CompletionResponse, _response_key(canonical), path, owner)
            raise UploadEndedError(response) if response else UploadNotFoundError()
        return upload

    def end(self, write: TransactWrite, status: int, body: str) -> None:
        """Delete the row and store the response, provided that the upload is still pending.

        Raises like `find` when it is not.
        """
        self.require_pending()
        write.delete(self, condition=LedgerRow.shard.exists())
        response = CompletionResponse(
            _response_key(self.upload_id),
            path=self.path,
            owner=self.owner,
            status=status,
            body=body,
            delete_after=datetime.now(UTC) + RETENTION,
        )
        write.save(response)

    def reject(self, status: int, body: str) -> None:
        """End the upload without storing an image. Raises like `find` when it is not pending."""
        if not try_commit(lambda write: self.end(write, status, body)):
            self.require_pending()

    def require_pending(self) -> None:
        """Raises like `find` when the upload is no longer pending."""
        self.find(self.path, self.owner, self.upload_id)


def _owned(model: type[Row], key: str, path: str, owner: str) -> Row | None:
    """The row, if it exists. Raises `UploadNotFoundError` for another owner's."""
    row = get_or_none(model, key)
    if row and (row.path, row.owner) != (path, owner):
        raise UploadNotFoundError
    return row


def _response_key(upload_id: str) -> str:
    return f"answer#{upload_id}"
