"""What both stories contracts do: stories are all or nothing, wherever their images live."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pynamodb.transactions import TransactWrite

from darkroom import ids, queues, settings
from darkroom.errors import StorageError
from darkroom.images.formats import Image
from darkroom.images.ingestion import File, read_images
from darkroom.models.story import Story, StoryImage
from darkroom.purge import purge
from darkroom.storage import ImageStorage
from darkroom.uploads.storing import Also, keep, nothing

PURGES_QUEUE = settings.text("STORY_PURGES_QUEUE")
PURGE_SECONDS = 10  # of a call, which has to answer within the gateway's 29


@dataclass(frozen=True)
class Library:
    """Stories in one store. `public_id` names an image from its story's id, number and type."""

    storage: ImageStorage
    public_id: Callable[[str, int, Image], str]
    failure: str

    def upload(self, files: Iterable[File], also: Also = nothing) -> Story:
        """A new story of these files; `also` is as `keep` takes it.

        Raises `InvalidInputError` or `TooLargeError` for files that are refused, `StorageError`
        with the contract's own words when the store fails. Nothing is kept of either.
        """
        images = read_images(files)
        story_id = ids.new_uuid()
        public_ids = [
            self.public_id(story_id, number, image) for number, image in enumerate(images, start=1)
        ]

        def own(write: TransactWrite, places: list[str]) -> Story:
            stored = [
                StoryImage(public_id=public_id, url=place)
                for public_id, place in zip(public_ids, places, strict=True)
            ]
            return Story.create(write, story_id, self.storage.name, stored)

        try:
            return keep(self.storage, images, public_ids, own, also)
        except StorageError as error:
            raise StorageError(self.failure) from error


def delete_all() -> None:
    """Make every story invisible at once; rows go now while time lasts, the rest by a queue."""
    Story.cut_off()
    # Sent in any case: the index may not show the newest rows yet.
    queues.send(PURGES_QUEUE, {})
    purge(PURGE_SECONDS)
