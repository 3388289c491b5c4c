"""The ledger of uploads: it names the assets of an upload before they are stored.

A row begins `pending`, with its assets named. It ends in one of two ways: it is settled in the
transaction that writes the row owning the assets, and names them no more; or it is deleted with
its assets named, and the table's stream leads to their destruction.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Self

from pynamodb.attributes import (
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
)
from pynamodb.exceptions import DeleteError
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from darkroom import clock, ids, settings
from darkroom.models.operations import is_condition_failure

SHARDS = settings.integer("INDEX_SHARDS")
EXPIRY = timedelta(seconds=settings.integer("UPLOAD_EXPIRY_SECONDS"))
KEPT = timedelta(days=1)  # how long a settled row stays, for whoever looks into an incident


class UploadImage(MapAttribute[str, str]):
    public_id = UnicodeAttribute()


class PendingIndex(GlobalSecondaryIndex["Upload"]):
    """Pending uploads by expiry: rows leave it when they are settled, with their shard."""

    class Meta:
        index_name = "pending-by-expiry"
        projection = KeysOnlyProjection()

    shard = NumberAttribute(hash_key=True)
    expires_at = UnicodeAttribute(range_key=True)


class Upload(Model):
    class Meta:
        table_name = settings.text("UPLOADS_TABLE")

    pending = PendingIndex()

    upload_id = UnicodeAttribute(hash_key=True)
    store = UnicodeAttribute()
    images = ListAttribute(of=UploadImage, null=True)
    expires_at = UnicodeAttribute()
    shard = NumberAttribute(null=True)
    delete_after = TTLAttribute(null=True)

    @classmethod
    def begin(cls, store: str, public_ids: Iterable[str]) -> Self:
        """Name the assets that are about to be stored."""
        upload = cls.pending_for(EXPIRY, ids.new_uuid(), store, public_ids)
        upload.save()
        return upload

    @classmethod
    def pending_for(
        cls, life: timedelta, upload_id: str, store: str, public_ids: Iterable[str]
    ) -> Self:
        """A row, not written yet, of an upload that may take so long."""
        return cls(
            upload_id,
            store=store,
            images=[UploadImage(public_id=public_id) for public_id in public_ids],
            expires_at=clock.instant(datetime.now(UTC) + life),
            shard=ids.shard(upload_id, SHARDS),
        )

    def settle(self, write: TransactWrite) -> None:
        """Hand the assets over to the row that the same transaction writes."""
        write.update(
            self,
            actions=[
                Upload.images.remove(),
                Upload.shard.remove(),
                Upload.delete_after.set(datetime.now(UTC) + KEPT),
            ],
            condition=Upload.shard.exists(),
        )

    def abandon(self) -> None:
        """Give the assets up for destruction, unless they are settled."""
        try:
            self.delete(Upload.shard.exists())
        except DeleteError as error:
            if not is_condition_failure(error):
                raise

    @classmethod
    def expired(cls) -> Iterator["Upload"]:
        """Pending uploads past their time; of their attributes only the keys."""
        for shard in range(SHARDS):
            yield from cls.pending.query(shard, cls.expires_at < clock.now())
