"""How many images a publication may have, which are the same, and which one a URI means."""

import hashlib
import re
from urllib.parse import unquote

from pynamodb.transactions import TransactWrite

from darkroom import contract_mode, ids, settings
from darkroom.errors import DuplicateImageError, ImageLimitError
from darkroom.images.ingestion import File, read_image
from darkroom.models.publication import Publication, PublicationImage, PublicationImages
from darkroom.storage.cloudinary import PUBLIC
from darkroom.uploads.storing import Also, keep, nothing
from darkroom.web.caller import Caller

FOLDER = settings.text("CLOUDINARY_FOLDER")
REGULAR_IMAGES, PREMIUM_IMAGES = 4, 8
JPEG, PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"


def create(publication_id: str | None, caller: Caller) -> Publication:
    return Publication.create(publication_id or ids.new_uuid(), caller.sub)


def add_image(
    publication: Publication,
    caller: Caller,
    file: File,
    claims_premium: bool,
    also: Also = nothing,
) -> tuple[str, int]:
    """Add an image; gives its URI and the number of images then. `also` is as `keep` takes it.

    Raises, in this order, what `read_image` raises, `DuplicateImageError`, `ImageLimitError`,
    `StorageError`, and `NotFoundError` when the publication is deleted meanwhile.
    """
    image = read_image(file, (JPEG, PNG))
    publication_id = publication.publication_id
    checksum = hashlib.sha256(file.content).hexdigest()
    limit = image_limit(caller, claims_premium)
    public_id = f"{FOLDER}/images_{publication_id}/{ids.new_uuid()}"
    _with_room(publication_id, checksum, limit)

    def own(write: TransactWrite, places: list[str]) -> tuple[str, int]:
        # Whatever has changed since is told as it would have been before.
        there = Publication.find(publication_id)
        images = _with_room(publication_id, checksum, limit)
        added = PublicationImage(public_id=public_id, url=places[0], sha256=checksum)
        return places[0], images.add(write, there, PUBLIC.name, added)

    return keep(PUBLIC, [image], [public_id], own, also)


def remove_image(publication: Publication, uri: str) -> int:
    """Remove the image that a URI, a public id or an image id means; gives how many stay.

    Raises `ImageNotFoundError`.
    """
    # Gateways and clients encode once or twice too often.
    meant = {_plain(text) for text in (uri, unquote(uri), unquote(unquote(uri)))}

    def is_meant(image: PublicationImage) -> bool:
        return not meant.isdisjoint({_plain(image.url), image.public_id, image.image_id})

    return PublicationImages.remove(publication.publication_id, is_meant)


def image_limit(caller: Caller, claims_premium: bool) -> int:
    """How many images a publication of the caller may have."""
    is_believed = claims_premium and not contract_mode.IS_HARDENED
    return PREMIUM_IMAGES if is_believed or "premium" in caller.groups else REGULAR_IMAGES


def _with_room(publication_id: str, checksum: str, limit: int) -> PublicationImages:
    """The images as they are, when one more with this checksum may be added."""
    images = PublicationImages.of(publication_id)
    if checksum in (images.hashes or ()):
        raise DuplicateImageError("The publication has this image")
    if len(images.images) >= limit:
        raise ImageLimitError(f"The publication has {limit} images")
    return images


def _plain(uri: str) -> str:
    """A URI without what does not tell images apart: scheme, collapsed slashes, query, fragment."""
    path = re.split(r"[?#]", uri)[0].rstrip("/")
    return re.sub(r"^https?:/+", "//", path)
