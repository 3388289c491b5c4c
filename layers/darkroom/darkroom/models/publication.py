"""Publications and their images: two items, `publication_<id>` and `images_<id>`.

Other systems may write to this table. A publication exists while its first item does, which has
`owner_sub` and `created_at`. The first image creates the second item: `store`, `images` as a list
of maps with `public_id`, `url` and `sha256`, and `hashes`, the set of these checksums. When the
first item is deleted, or the list loses an image, the table's stream deletes what belonged to it.
"""

from collections.abc import Callable

from pynamodb.attributes import ListAttribute, MapAttribute, UnicodeAttribute, UnicodeSetAttribute
from pynamodb.expressions.condition import Condition, size
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from darkroom import clock, settings
from darkroom.errors import ImageNotFoundError, InvalidInputError, PublicationNotFoundError
from darkroom.models.operations import get_or_none, try_commit, try_update

_PUBLICATION = "publication_"
ALREADY_EXISTS = "La publicación ya existe"
REMOVE_TRIES = 20  # concurrent calls may shift an image in the list, eight times at most


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
        """Raises `InvalidInputError` if the id exists."""
        publication = cls(_key(publication_id), owner_sub=owner_sub, created_at=clock.now())

        def writes(write: TransactWrite) -> None:
            write.save(publication, condition=cls.key.does_not_exist())
            # Images of an earlier publication with that id must not reappear.
            write.delete(PublicationImages(_images_key(publication_id)))

        if not try_commit(writes):
            raise InvalidInputError(ALREADY_EXISTS)
        return publication

    @classmethod
    def find(cls, publication_id: str) -> "Publication":
        """Raises `PublicationNotFoundError`."""
        if publication := get_or_none(cls, _key(publication_id)):
            return publication
        raise PublicationNotFoundError

    def remove(self) -> None:
        """Delete the publication and its images. Raises `PublicationNotFoundError`."""

        def writes(write: TransactWrite) -> None:
            write.delete(self, condition=self.owner_is_unchanged())
            write.delete(PublicationImages(_images_key(self.publication_id)))

        if not try_commit(writes):
            raise PublicationNotFoundError

    def owner_is_unchanged(self) -> Condition:
        return Publication.owner_sub == self.owner_sub


class PublicationImage(MapAttribute[str, str]):
    public_id = UnicodeAttribute()
    url = UnicodeAttribute()
    sha256 = UnicodeAttribute()

    @property
    def image_id(self) -> str:
        return str(self.public_id).rpartition("/")[2]


class PublicationImages(Model):
    """The images of one publication, in the order of their addition."""

    class Meta:
        table_name = settings.text("PUBLICATIONS_TABLE")

    key = UnicodeAttribute(hash_key=True)
    store = UnicodeAttribute(null=True)
    images = ListAttribute(of=PublicationImage, default=list)
    hashes = UnicodeSetAttribute(default=set)

    @classmethod
    def of(cls, publication_id: str) -> "PublicationImages":
        """The images; an unwritten item if the publication has never had any."""
        key = _images_key(publication_id)
        return get_or_none(cls, key) or cls(key)

    def add(
        self, write: TransactWrite, publication: Publication, store: str, image: PublicationImage
    ) -> int:
        """Add an image to the transaction and return the new number of images.

        The transaction fails if the images or the publication have changed since they were read.
        """
        exists = publication.owner_is_unchanged()
        write.condition_check(Publication, publication.key, condition=exists)
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
        same_size: Condition = size(images) == len(self.images)
        return same_size if self.images else images.does_not_exist() | same_size

    @classmethod
    def remove(cls, publication_id: str, matches: Callable[[PublicationImage], bool]) -> int:
        """Remove the first image that matches; return the number of remaining images.

        Raises `ImageNotFoundError` if none matches.
        """
        for _ in range(REMOVE_TRIES):
            row = cls.of(publication_id)
            index = next((n for n, image in enumerate(row.images) if matches(image)), None)
            if index is None:
                break
            if row._remove_at(index):
                return len(row.images)
        raise ImageNotFoundError

    def _remove_at(self, index: int) -> bool:
        """Remove the image; return False if its index has changed."""
        image, element = self.images[index], PublicationImages.images[index]
        actions = [element.remove(), PublicationImages.hashes.delete({image.sha256})]
        return try_update(self, actions, element["public_id"] == image.public_id)

    @classmethod
    def clear(cls, publication_id: str) -> None:
        """Remove all images of a publication."""
        cls(_images_key(publication_id)).delete()

    @classmethod
    def clear_if_orphaned(cls, key: str) -> None:
        """Remove the images of a deleted publication item, unless it exists again."""

        def writes(write: TransactWrite) -> None:
            is_deleted = Publication.key.does_not_exist()
            write.condition_check(Publication, key, condition=is_deleted)
            write.delete(cls(_images_key(key.removeprefix(_PUBLICATION))))

        try_commit(writes)


def _key(publication_id: str) -> str:
    return _PUBLICATION + publication_id


def _images_key(publication_id: str) -> str:
    return f"images_{publication_id}"
