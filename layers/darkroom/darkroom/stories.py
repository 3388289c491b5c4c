"""What both stories contracts do: stories are all or nothing, wherever their images live."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from darkroom import ids, queues, settings
from darkroom.errors import StorageError
from darkroom.image import Image
from darkroom.ingest import File, read_images
from darkroom.log import logger
from darkroom.models.conditions import transaction
from darkroom.models.story import Story, StoryImage
from darkroom.models.upload import Upload
from darkroom.purge import purge
from darkroom.storage import ImageStorage

PURGES_QUEUE = settings.text("STORY_PURGES_QUEUE")
PURGE_SECONDS = 10  # of a call, which has to answer within the gateway's 29
PARALLEL = 8  # transfers at once: fifty images fit the gateway's time


@dataclass(frozen=True)
class Library:
    """Stories in one store. `public_id` names an image from its story's id, number and type."""

    storage: ImageStorage
    public_id: Callable[[str, int, Image], str]
    failure: str

    def upload(self, files: list[File]) -> Story:
        """A new story of these files.

        Raises `InvalidInputError` or `TooLargeError` for files that are refused, `StorageError`
        with the contract's own words when the store fails. Nothing is kept of either.
        """
        images = read_images(files)
        story_id = ids.new_uuid()
        public_ids = [
            self.public_id(story_id, number, image) for number, image in enumerate(images, start=1)
        ]
        ledger = Upload.begin(self.storage.name, public_ids)
        try:
            stored = self._store(images, public_ids)
            with transaction(ledger.upload_id) as write:
                story = Story.create(write, story_id, self.storage.name, stored)
                ledger.settle(write)
        except Exception as error:
            _abandon(ledger)
            if isinstance(error, StorageError):
                raise StorageError(self.failure) from error
            raise
        return story

    def _store(self, images: list[Image], public_ids: list[str]) -> list[StoryImage]:
        with ThreadPoolExecutor(PARALLEL) as pool:
            urls = list(pool.map(self.storage.store, images, public_ids))
        return [
            StoryImage(public_id=public_id, url=url)
            for public_id, url in zip(public_ids, urls, strict=True)
        ]


def delete_all() -> None:
    """Make every story invisible at once; rows go now while time lasts, the rest by a queue."""
    Story.cut_off()
    # Sent in any case: the index may not show the newest rows yet.
    queues.send(PURGES_QUEUE, {})
    purge(PURGE_SECONDS)


def _abandon(ledger: Upload) -> None:
    try:
        ledger.abandon()
    except Exception:
        logger.exception("The sweeper will find this upload", extra={"upload": ledger.upload_id})
