"""Uploading a story: it is stored completely or not at all, in any image store."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pynamodb.transactions import TransactWrite

from darkroom import ids
from darkroom.errors import StorageError
from darkroom.images.formats import Image
from darkroom.images.ingestion import File, read_images
from darkroom.models.story import Story, StoryImage
from darkroom.storage import ImageStorage
from darkroom.uploads.storing import ExtraWrite, store_images

MAX_FILES = 50  # per story


@dataclass(frozen=True)
class StoryUpload:
    """How a contract uploads its stories.

    `public_id` returns an image's public id, from the story's id, the image's number and the image;
    `failure` is the contract's text for a failed store.
    """

    storage: ImageStorage
    public_id: Callable[[str, int, Image], str]
    failure: str

    def store(self, files: Iterable[File], extra_writes: Sequence[ExtraWrite] = ()) -> Story:
        """Store a new story of these files; for `extra_writes` see `store_images`.

        Raises `InvalidInputError` or `TooLargeError` for rejected files, and `StorageError` with
        the contract's text when the store fails. Nothing is stored then.
        """
        images = read_images(files)
        story_id = ids.new_uuid()
        public_ids = [
            self.public_id(story_id, number, image) for number, image in enumerate(images, start=1)
        ]

        def write_row(write: TransactWrite, urls: list[str]) -> Story:
            stored = [
                StoryImage(public_id=public_id, url=url)
                for public_id, url in zip(public_ids, urls, strict=True)
            ]
            return Story.create(write, story_id, self.storage.name, stored)

        try:
            return store_images(self.storage, images, public_ids, write_row, extra_writes)
        except StorageError as error:
            raise StorageError(self.failure) from error
