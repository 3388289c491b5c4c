"""Uploads whose bytes go to S3 directly, as rows of the ledger.

While such an upload is pending, its row owns the objects that its forms make. It ends in the
transaction that deletes this row, and with it the objects, and writes its answer, which stays.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from pynamodb.attributes import JSONAttribute, NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, TransactWriteError
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from darkroom import ids, settings
from darkroom.errors import UploadNotFoundError
from darkroom.models.ledger_row import EXPIRY, KEPT, Upload
from darkroom.models.operations import commit, is_condition_failure

FORM_LIFE = timedelta(seconds=settings.integer("DIRECT_UPLOAD_SECONDS"))

Row = TypeVar("Row", "DirectUpload", "DirectAnswer")


class DirectAnswer(Model):
    """What completing an upload was answered, for a day, for whoever asks again."""

    class Meta:
        table_name = settings.text("UPLOADS_TABLE")

    upload_id = UnicodeAttribute(hash_key=True)
    path = UnicodeAttribute()
    owner = UnicodeAttribute()
    status = NumberAttribute()
    body = UnicodeAttribute()
    delete_after = TTLAttribute()


class UploadEndedError(Exception):
    """Raised when an upload has its answer."""

    def __init__(self, answer: DirectAnswer) -> None:
        self.answer = answer


class DirectUpload(Upload):
    """A pending upload: the path that it was begun at, whose it is, and what it announced."""

    class Meta:
        table_name = settings.text("UPLOADS_TABLE")

    path = UnicodeAttribute()
    owner = UnicodeAttribute()
    request = JSONAttribute()

    @classmethod
    def begin_at(
        cls, path: str, owner: str, store: str, files: int, request: Any
    ) -> "DirectUpload":
        """A new upload, whose objects are named before their forms are given out."""
        upload_id = ids.new_uuid()
        keys = [f"pending/{upload_id}/{number}" for number in range(1, files + 1)]
        # What a form makes in its last moment is left the time of any upload.
        upload = cls.pending_for(FORM_LIFE + EXPIRY, upload_id, store, keys)
        upload.path, upload.owner, upload.request = path, owner, request
        upload.save()
        return upload

    @classmethod
    def find(cls, path: str, owner: str, upload_id: str) -> "DirectUpload":
        """The pending upload. Raises `UploadEndedError` when it is that no more, and
        `UploadNotFoundError` when it never was, is another's, or was swept."""
        known = ids.canonical_uuid(upload_id)
        if known is None:
            raise _not_found()
        upload = _row(cls, known, path, owner)
        if upload is None:
            answer = _row(DirectAnswer, f"answer#{known}", path, owner)
            raise UploadEndedError(answer) if answer else _not_found()
        return upload

    def end(self, write: TransactWrite, status: int, body: str) -> None:
        """Give up the objects for destruction and keep the answer, if the upload still is pending.

        Raises as `find` does when it is not.
        """
        self.require_pending()
        write.delete(self, condition=Upload.shard.exists())
        answer = DirectAnswer(
            f"answer#{self.upload_id}",
            path=self.path,
            owner=self.owner,
            status=status,
            body=body,
            delete_after=datetime.now(UTC) + KEPT,
        )
        write.save(answer)

    def refuse(self, status: int, body: str) -> None:
        """End the upload with nothing kept of it. Raises as `find` does when it is not pending."""
        try:
            commit(lambda write: self.end(write, status, body))
        except TransactWriteError as error:
            if not is_condition_failure(error):
                raise
            self.require_pending()

    def require_pending(self) -> None:
        """Raises as `find` does when the upload is pending no more."""
        self.find(self.path, self.owner, self.upload_id)


def _row(model: type[Row], key: str, path: str, owner: str) -> Row | None:
    """The row of that key, if there is one. Raises `UploadNotFoundError` for another's."""
    try:
        row = model.get(key, consistent_read=True)
    except DoesNotExist:
        return None
    if (row.path, row.owner) != (path, owner):
        raise _not_found()
    return row


def _not_found() -> UploadNotFoundError:
    return UploadNotFoundError("Upload not found")
