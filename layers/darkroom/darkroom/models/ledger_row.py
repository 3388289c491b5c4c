"""The ledger of uploads: each row names the assets of an upload before they are stored.

A row begins `pending`. It ends in one of two ways: it is settled in the transaction that writes the
row that owns the assets; or it is deleted, and the table's stream leads to the assets' deletion.
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
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from darkroom import clock, ids, settings
from darkroom.models.operations import try_write

SHARDS = settings.integer("INDEX_SHARDS")
EXPIRY = timedelta(seconds=settings.integer("UPLOAD_EXPIRY_SECONDS"))
RETENTION = timedelta(days=1)  # of settled rows, for the analysis of incidents


class LedgerImage(MapAttribute[str, str]):
    public_id = UnicodeAttribute()


class PendingIndex(GlobalSecondaryIndex["LedgerRow"]):
    """Pending rows by expiry; settling removes the shard and so takes a row out of the index."""

    class Meta:
        index_name = "pending-by-expiry"
        projection = KeysOnlyProjection()

    shard = NumberAttribute(hash_key=True)
    expires_at = UnicodeAttribute(range_key=True)


class LedgerRow(Model):
    class Meta:
        table_name = settings.text("UPLOADS_TABLE")

    pending = PendingIndex()

    upload_id = UnicodeAttribute(hash_key=True)
    store = UnicodeAttribute()
    images = ListAttribute(of=LedgerImage, null=True)
    expires_at = UnicodeAttribute()
    shard = NumberAttribute(null=True)
    delete_after = TTLAttribute(null=True)

    @classmethod
    def begin(cls, store: str, public_ids: Iterable[str]) -> Self:
        """Write a pending row that names the assets to be stored."""
        row = cls.pending_for(EXPIRY, ids.new_uuid(), store, public_ids)
        row.save()
        return row

    @classmethod
    def pending_for(
        cls, duration: timedelta, upload_id: str, store: str, public_ids: Iterable[str]
    ) -> Self:
        """A pending row, not yet written, that expires after the duration."""
        return cls(
            upload_id,
            store=store,
            images=[LedgerImage(public_id=public_id) for public_id in public_ids],
            expires_at=clock.instant(datetime.now(UTC) + duration),
            shard=ids.shard(upload_id, SHARDS),
        )

    def settle(self, write: TransactWrite) -> None:
        """Transfer the assets to the row that the same transaction writes."""
        write.update(
            self,
            actions=[
                LedgerRow.images.remove(),
                LedgerRow.shard.remove(),
                LedgerRow.delete_after.set(datetime.now(UTC) + RETENTION),
            ],
            condition=LedgerRow.shard.exists(),
        )

    def abandon(self) -> None:
        """Delete the row while it is pending, and through the stream its assets."""
        try_write(lambda: self.delete(LedgerRow.shard.exists()))

    @classmethod
    def expired(cls) -> Iterator["LedgerRow"]:
        """Pending rows that have expired, with their keys only."""
        for shard in range(SHARDS):
            yield from cls.pending.query(shard, cls.expires_at < clock.now())
