"""Stories are all or nothing: no row without its images, no image without its row."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from darkroom import ids, settings
from darkroom.errors import DarkroomError, NotFoundError, StorageError
from darkroom.ingest import File, Image, read_images
from darkroom.log import logger
from darkroom.models.story import Story, StoryImage
from darkroom.storage.cloudinary import CloudinaryStorage

FOLDER = settings.text("CLOUDINARY_FOLDER")
PARALLEL = 8  # transfers at once: fifty images fit the gateway's 29 seconds

storage = CloudinaryStorage()


def upload(files: list[File]) -> Story:
    """A new story of these files. Raises what `read_images` and the store raise."""
    images = read_images(files)
    story_id = ids.new_story_id()
    public_ids = [f"{FOLDER}/stories/{story_id}/{n}" for n in range(1, len(images) + 1)]
    try:
        return Story.create(story_id, _store(images, public_ids))
    except Exception as error:
        _destroy(public_ids)
        if isinstance(error, StorageError):
            raise StorageError("Failed to upload image to Cloudinary") from error
        raise


def delete(story: Story) -> None:
    story.remove()
    _destroy(image.public_id for image in story.images)


def delete_all() -> None:
    for story in Story.cut_off():
        # Another call may be deleting the same stories.
        with suppress(NotFoundError):
            delete(story)


def _store(images: list[Image], public_ids: list[str]) -> list[StoryImage]:
    with ThreadPoolExecutor(PARALLEL) as pool:
        urls = list(pool.map(storage.store, images, public_ids))
    return [
        StoryImage(public_id=public_id, url=url)
        for public_id, url in zip(public_ids, urls, strict=True)
    ]


def _destroy(public_ids: Iterable[str]) -> None:
    # The rows are gone, so the call has succeeded whatever the store says now.
    try:
        storage.destroy(public_ids)
    except DarkroomError:
        logger.exception("Images were left behind")
