"""Publications and their images: two items, `publication_<id>` and `images_<id>`.

Other systems may write to this table. A publication is there as long as its first item is, with
`owner_sub` and `created_at`. The second one comes with the first image: `store`, `images` as a list
of maps with `public_id`, `url` and `sha256`, and `hashes`, the set of these checksums. When the
first item is deleted, or an image leaves the list, the table's stream sees to the rest.
"""

from collections.abc import Callable

from pynamodb.attributes import ListAttribute, MapAttribute, UnicodeAttribute, UnicodeSetAttribute
from pynamodb.exceptions import DoesNotExist, TransactWriteError
from pynamodb.expressions.condition import Condition, size
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from darkroom import clock, settings
from darkroom.errors import ImageNotFoundError, InvalidInputError, NotFoundError
from darkroom.models.operations import changes, commit, is_condition_failure

_PUBLICATION = "publication_"
REMOVE_TRIES = 20  # other calls may move an image's place in the list, eight times at most


class Publication(Model):
    class Meta:
        table_name = settings.text("PUBLICATIONS_TABLE")

    key = UnicodeAttribute(hash_key=True)
    owner_sub = UnicodeAttribute()
    created_at = UnicodeAttribute()

    @property
    def publication_id(self) -> str:
        return self.key.removeprefix(_PUBLICATION)

    @classmethod
    def create(cls, publication_id: str, owner_sub: str) -> "Publication":
        """Raises `InvalidInputError` when the id is taken."""
        publication = cls(_key(publication_id), owner_sub=owner_sub, created_at=clock.now())

        def writes(write: TransactWrite) -> None:
            write.save(publication, condition=cls.key.does_not_exist())
            # What another publication of that id left behind would come back to light.
            write.delete(PublicationImages(_images_key(publication_id)))

        try:
            commit(writes)
        except TransactWriteError as error:
            if not is_condition_failure(error):
                raise
            raise InvalidInputError("La publicación ya existe") from error
        return publication

    @classmethod
    def find(cls, publication_id: str) -> "Publication":
        """Raises `NotFoundError`."""
        try:
            return cls.get(_key(publication_id), consistent_read=True)
        except DoesNotExist:
            raise _not_found() from None

    def remove(self) -> None:
        """Delete the publication with its images. Raises `NotFoundError` when it is gone."""

        def writes(write: TransactWrite) -> None:
            write.delete(self, condition=self.is_still_his())
            write.delete(PublicationImages(_images_key(self.publication_id)))

        try:
            commit(writes)
        except TransactWriteError as error:
            if not is_condition_failure(error):
                raise
            raise _not_found() from error

    def is_still_his(self) -> Condition:
        return Publication.owner_sub == self.owner_sub


class PublicationImage(MapAttribute[str, str]):
    public_id = UnicodeAttribute()
    url = UnicodeAttribute()
    sha256 = UnicodeAttribute()

    @property
    def image_id(self) -> str:
        return str(self.public_id).rpartition("/")[2]


class PublicationImages(Model):
    """The images of one publication, in the order in which they were added."""

    class Meta:
        table_name = settings.text("PUBLICATIONS_TABLE")

    key = UnicodeAttribute(hash_key=True)
    store = UnicodeAttribute(null=True)
    images = ListAttribute(of=PublicationImage, default=list)
    hashes = UnicodeSetAttribute(default=set)

    @classmethod
    def of(cls, publication_id: str) -> "PublicationImages":
        """The images; an item not written yet where there were never any."""
        key = _images_key(publication_id)
        try:
            return cls.get(key, consistent_read=True)
        except DoesNotExist:
            return cls(key)

    def add(
        self, write: TransactWrite, publication: Publication, store: str, image: PublicationImage
    ) -> int:
        """Add to the images as they were read, on condition that nothing has changed since and
        that the publication is there; gives their number."""
        is_there = publication.is_still_his()
        write.condition_check(Publication, publication.key, condition=is_there)
        cls = PublicationImages
        write.update(
            self,
            actions=[
                cls.store.set(store),
                cls.images.set((cls.images | []).append([image])),
                cls.hashes.add({image.sha256}),
            ],
            condition=self._is_unchanged() & ~cls.hashes.contains(image.sha256),
        )
        return len(self.images) + 1

    def _is_unchanged(self) -> Condition:
        images = PublicationImages.images
        is_as_long: Condition = size(images) == len(self.images)
        return is_as_long if self.images else images.does_not_exist() | is_as_long

    @classmethod
    def remove(cls, publication_id: str, is_meant: Callable[[PublicationImage], bool]) -> int:
        """Take one image off the list; gives the number of those that stay.

        Raises `ImageNotFoundError` when none is meant.
        """
        for _ in range(REMOVE_TRIES):
            row = cls.of(publication_id)
            place = next((n for n, image in enumerate(row.images) if is_meant(image)), None)
            if place is None:
                break
            if row._remove_at(place):
                return len(row.images)
        raise ImageNotFoundError("Imagen no encontrada")

    def _remove_at(self, place: int) -> bool:
        """Whether the image still was at its place."""
        image, at_place = self.images[place], PublicationImages.images[place]
        actions = [at_place.remove(), PublicationImages.hashes.delete({image.sha256})]
        return changes(self, actions, at_place["public_id"] == image.public_id)

    @classmethod
    def clear(cls, publication_id: str) -> None:
        """Remove all images of a publication."""
        cls(_images_key(publication_id)).delete()

    @classmethod
    def clear_if_orphaned(cls, key: str) -> None:
        """Remove the images of a publication item that was deleted, unless it is there again."""

        def writes(write: TransactWrite) -> None:
            gone = Publication.key.does_not_exist()
            write.condition_check(Publication, key, condition=gone)
            write.delete(cls(_images_key(key.removeprefix(_PUBLICATION))))

        try:
            commit(writes)
        except TransactWriteError as error:
            if not is_condition_failure(error):
                raise


def _key(publication_id: str) -> str:
    return _PUBLICATION + publication_id


def _images_key(publication_id: str) -> str:
    return f"images_{publication_id}"


def _not_found() -> NotFoundError:
    return NotFoundError("Publicación no encontrada")
