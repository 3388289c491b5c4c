"""Gallery images and their shares: one item collection per image.

The item `image` is the image; each item `share#<user_id>` gives one user access. Lists are in
descending order of ids, which begin with the time.
"""

import heapq
from collections.abc import Iterator
from itertools import islice
from operator import attrgetter
from typing import Any, Literal

from pynamodb.attributes import ListAttribute, MapAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import TransactWriteError
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from darkroom import clock, ids, settings
from darkroom.errors import ImageNotFoundError, InvalidInputError, ShareNotFoundError
from darkroom.models.operations import (
    commit,
    failed_conditions,
    get_or_none,
    query_page,
    try_write,
)
from darkroom.paging import Cursor, Element

SHARDS = settings.integer("INDEX_SHARDS")
BATCH = 100  # keys of one BatchGetItem
ALREADY_SHARED = "Image already shared with this user"

_IMAGE, _SHARE = "image", "share#"


Visibility = Literal["public", "private"]
PUBLIC: Visibility = "public"
PRIVATE: Visibility = "private"


class StoredImage(MapAttribute[str, str]):
    public_id = UnicodeAttribute()


class OwnerIndex(GlobalSecondaryIndex["GalleryImage"]):
    class Meta:
        index_name = "by-owner"
        projection = AllProjection()

    owner_sub = UnicodeAttribute(hash_key=True)
    position = UnicodeAttribute(range_key=True)


class FeedIndex(GlobalSecondaryIndex["GalleryImage"]):
    """Public images; only they have a shard."""

    class Meta:
        index_name = "public-feed"
        projection = AllProjection()

    shard = NumberAttribute(hash_key=True)
    position = UnicodeAttribute(range_key=True)


class GalleryImage(Model):
    class Meta:
        table_name = settings.text("GALLERY_TABLE")

    by_owner = OwnerIndex()
    public_feed = FeedIndex()

    image_id = NumberAttribute(hash_key=True)
    item = UnicodeAttribute(range_key=True, default=_IMAGE)
    position = UnicodeAttribute()
    owner_sub = UnicodeAttribute()
    owner_id = NumberAttribute()
    owner_username = UnicodeAttribute()
    shard = NumberAttribute(null=True)
    visibility = UnicodeAttribute()
    caption = UnicodeAttribute(null=True)
    created_at = UnicodeAttribute()
    url = UnicodeAttribute()
    store = UnicodeAttribute()
    images = ListAttribute(of=StoredImage)

    @classmethod
    def find(cls, image_id: int) -> "GalleryImage":
        """Raises `ImageNotFoundError`."""
        if image := get_or_none(cls, image_id, _IMAGE):
            return image
        raise ImageNotFoundError

    @property
    def is_public(self) -> bool:
        return bool(self.visibility == PUBLIC)

    @classmethod
    def owned_by(
        cls, sub: str, cursor: Cursor, limit: int | None
    ) -> Iterator[Element["GalleryImage"]]:
        return _newest(cls.by_owner, sub, 0, cursor, limit)

    @classmethod
    def public(cls, cursor: Cursor, limit: int | None) -> Iterator[Element["GalleryImage"]]:
        shards = [_newest(cls.public_feed, shard, shard, cursor, limit) for shard in range(SHARDS)]
        return heapq.merge(*shards, key=attrgetter("position"), reverse=True)

    def create(self, write: TransactWrite) -> None:
        write.save(self, condition=GalleryImage.item.does_not_exist())

    def remove(self) -> None:
        """Delete the image; the stream deletes its asset and its shares.

        Raises `ImageNotFoundError` if another call deleted it first.
        """
        if not try_write(lambda: self.delete(GalleryImage.item.exists())):
            raise ImageNotFoundError


class RecipientIndex(GlobalSecondaryIndex["Share"]):
    class Meta:
        index_name = "by-recipient"
        projection = AllProjection()

    recipient_sub = UnicodeAttribute(hash_key=True)
    position = UnicodeAttribute(range_key=True)


class SharerIndex(GlobalSecondaryIndex["Share"]):
    class Meta:
        index_name = "by-sharer"
        projection = AllProjection()

    sharer_sub = UnicodeAttribute(hash_key=True)
    position = UnicodeAttribute(range_key=True)


class Share(Model):
    class Meta:
        table_name = settings.text("GALLERY_TABLE")

    by_recipient = RecipientIndex()
    by_sharer = SharerIndex()

    image_id = NumberAttribute(hash_key=True)
    item = UnicodeAttribute(range_key=True)
    position = UnicodeAttribute()
    access_id = NumberAttribute()
    recipient_id = NumberAttribute()
    recipient_sub = UnicodeAttribute()
    recipient_username = UnicodeAttribute()
    sharer_sub = UnicodeAttribute()
    granted_at = UnicodeAttribute()

    @classmethod
    def exists_for(cls, image_id: int, user_id: int) -> bool:
        return get_or_none(cls, image_id, _share_key(user_id)) is not None

    @classmethod
    def grant(
        cls, image: GalleryImage, recipient_id: int, recipient_sub: str, recipient_username: str
    ) -> None:
        """Give a user access to the image.

        Raises `ImageNotFoundError` if the image was deleted, `InvalidInputError` if the user has
        access already.
        """
        access_id = ids.new_integer()
        share = cls(
            image.image_id,
            _share_key(recipient_id),
            position=ids.position(access_id),
            access_id=access_id,
            recipient_id=recipient_id,
            recipient_sub=recipient_sub,
            recipient_username=recipient_username,
            sharer_sub=image.owner_sub,
            granted_at=clock.now(),
        )

        def writes(write: TransactWrite) -> None:
            is_unchanged = GalleryImage.owner_sub == image.owner_sub
            write.condition_check(GalleryImage, image.image_id, _IMAGE, condition=is_unchanged)
            write.save(share, condition=Share.item.does_not_exist())

        try:
            commit(writes)
        except TransactWriteError as error:
            is_deleted, *is_shared = failed_conditions(error) or [False]
            if is_deleted:
                raise ImageNotFoundError from error
            if any(is_shared):
                raise InvalidInputError(ALREADY_SHARED) from error
            raise

    @classmethod
    def revoke(cls, image_id: int, user_id: int) -> None:
        """Raises `ShareNotFoundError` if the image is not shared with that user."""
        share = cls(image_id, _share_key(user_id))
        if not try_write(lambda: share.delete(Share.item.exists())):
            raise ShareNotFoundError

    @classmethod
    def received_by(
        cls, sub: str, cursor: Cursor, limit: int | None
    ) -> Iterator[Element[tuple["Share", GalleryImage]]]:
        return _with_images(_newest(cls.by_recipient, sub, 0, cursor, limit), limit)

    @classmethod
    def given_by(
        cls, sub: str, cursor: Cursor, limit: int | None
    ) -> Iterator[Element[tuple["Share", GalleryImage]]]:
        return _with_images(_newest(cls.by_sharer, sub, 0, cursor, limit), limit)

    @classmethod
    def remove_all(cls, image_id: int) -> None:
        """Delete all shares of a deleted image."""
        with cls.batch_write() as batch:
            for share in cls.query(image_id, cls.item > _SHARE, consistent_read=True):
                batch.delete(share)


def _share_key(user_id: int) -> str:
    return f"{_SHARE}{int(user_id)}"


def _newest(
    index: Any, key: str | int, shard: int, cursor: Cursor, limit: int | None
) -> Iterator[Element[Any]]:
    """The rows of one index partition after the cursor, newest first."""
    rows = query_page(index, key, cursor.after[shard], limit, scan_index_forward=False)
    return (Element(shard, row.position, row) for row in rows)


def _with_images(
    shares: Iterator[Element[Share]], limit: int | None
) -> Iterator[Element[tuple[Share, GalleryImage]]]:
    """The shares whose image still exists, confirmed by one consistent read per page."""
    while chunk := list(islice(shares, min(limit + 1 if limit else BATCH, BATCH))):
        keys = {(element.item.image_id, _IMAGE) for element in chunk}
        images = {image.image_id: image for image in GalleryImage.batch_get(list(keys), True)}
        for element in chunk:
            if image := images.get(element.item.image_id):
                yield Element(0, element.position, (element.item, image))
