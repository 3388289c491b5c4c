"""Adding an image to a publication, and removing the image that a URI identifies."""

import hashlib
from collections.abc import Sequence

from pynamodb.transactions import TransactWrite

from darkroom import ids, settings
from darkroom.errors import DuplicateImageError, ImageLimitError
from darkroom.images.ingestion import File, read_image
from darkroom.models.publication import Publication, PublicationImage, PublicationImages
from darkroom.storage.cloudinary import PUBLIC
from darkroom.uploads.storing import ExtraWrite, store_images
from darkroom.web.caller import Caller
from publications.image_uris import names_image
from publications.plans import image_limit

FOLDER = settings.text("CLOUDINARY_FOLDER")
MAX_IMAGE_BYTES = 5 * 1024 * 1024
FORMATS = ("JPEG", "MPO", "PNG")  # an MPO file is two JPEGs of a phone


def create(publication_id: str | None, caller: Caller) -> Publication:
    return Publication.create(publication_id or ids.new_uuid(), caller.sub)


def add_image(
    publication: Publication,
    caller: Caller,
    file: File,
    claims_premium: bool,
    extra_writes: Sequence[ExtraWrite] = (),
) -> tuple[str, int]:
    """Add an image; return its URI and the new number of images. For `extra_writes` see
    `store_images`.

    Raises, in this order, the errors of `read_image`, `DuplicateImageError`, `ImageLimitError`,
    `StorageError`, and `PublicationNotFoundError` if the publication is deleted concurrently.
    """
    image = read_image(file, max_bytes=MAX_IMAGE_BYTES, formats=FORMATS)
    publication_id = publication.publication_id
    checksum = hashlib.sha256(file.content).hexdigest()
    limit = image_limit(caller, claims_premium)
    public_id = f"{FOLDER}/images_{publication_id}/{ids.new_uuid()}"
    _images_with_room(publication_id, checksum, limit)

    def write_row(write: TransactWrite, urls: list[str]) -> tuple[str, int]:
        # Read again: a concurrent change must cause the same error as an earlier one.
        current = Publication.find(publication_id)
        images = _images_with_room(publication_id, checksum, limit)
        added = PublicationImage(public_id=public_id, url=urls[0], sha256=checksum)
        return urls[0], images.add(write, current, PUBLIC.name, added)

    return store_images(PUBLIC, [image], [public_id], write_row, extra_writes)


def remove_image(publication: Publication, uri: str) -> int:
    """Remove the image that the URI or id names; return the number of the others.

    Raises `ImageNotFoundError`.
    """
    return PublicationImages.remove(
        publication.publication_id, lambda image: names_image(uri, image)
    )


def _images_with_room(publication_id: str, checksum: str, limit: int) -> PublicationImages:
    """The current images. Raises an error if one more with this checksum may not be added."""
    images = PublicationImages.of(publication_id)
    if checksum in (images.hashes or ()):
        raise DuplicateImageError
    if len(images.images) >= limit:
        raise ImageLimitError(f"The publication has {limit} images")
    return images
