"""Uploads of gallery images, and the permissions of their users."""

from collections.abc import Sequence

from pynamodb.transactions import TransactWrite

from darkroom import clock, ids, settings
from darkroom.errors import (
    ConfigurationError,
    EmptyFileError,
    ForbiddenError,
    InvalidInputError,
    NotAnImageError,
    StorageError,
)
from darkroom.images.formats import Image
from darkroom.images.ingestion import File, read_image
from darkroom.models.gallery import PUBLIC, SHARDS, GalleryImage, Share, StoredImage
from darkroom.models.user import User
from darkroom.storage import cloudinary
from darkroom.uploads.storing import ExtraWrite, store_images
from darkroom.web.media_types import BYTES, MediaType

FOLDER = settings.text("CLOUDINARY_FOLDER")

NO_ACCESS = "You don't have access to this image"
NOT_YOURS = "You can only delete your own images"
NOT_AN_IMAGE, EMPTY_FILE = "File must be an image", "File is empty"
STORAGE_FAILURE = "Error uploading image: {}"


def upload(
    user: User,
    file: File,
    content_type: str,
    caption: str | None,
    visibility: str,
    extra_writes: Sequence[ExtraWrite] = (),
) -> GalleryImage:
    """Store a new image; for `extra_writes` see `store_images`.

    Raises `InvalidInputError`, `TooLargeError` or `StorageError`.
    """
    image = _read(file, content_type)
    is_public = visibility == PUBLIC
    storage = cloudinary.PUBLIC if is_public else cloudinary.PRIVATE
    public_id = f"{FOLDER}/gallery/{ids.new_uuid()}"

    def write_row(write: TransactWrite, urls: list[str]) -> GalleryImage:
        image_id = ids.new_integer()
        row = GalleryImage(
            image_id,
            position=ids.position(image_id),
            owner_sub=user.sub,
            owner_id=user.user_id,
            owner_username=user.username,
            shard=image_id % SHARDS if is_public else None,
            visibility=visibility,
            caption=caption,
            created_at=clock.now(),
            url=urls[0],
            store=storage.name,
            images=[StoredImage(public_id=public_id)],
        )
        row.create(write)
        return row

    try:
        return store_images(storage, [image], [public_id], write_row, extra_writes)
    except ConfigurationError:
        raise
    except StorageError as error:
        raise StorageError(STORAGE_FAILURE.format(error.message)) from error


def require_access(image: GalleryImage, user: User) -> None:
    """Raises `ForbiddenError` unless the image is public, the user's own or shared with them."""
    has_access = image.is_public or image.owner_sub == user.sub
    if not has_access and not Share.exists_for(int(image.image_id), int(user.user_id)):
        raise ForbiddenError(NO_ACCESS)


def delete(image: GalleryImage, user: User) -> None:
    """Raises `ForbiddenError` unless the user owns the image."""
    if image.owner_sub != user.sub:
        raise ForbiddenError(NOT_YOURS)
    image.remove()


def _read(file: File, content_type: str) -> Image:
    media_type = MediaType.parse(content_type)
    if media_type.essence not in ("", BYTES) and not media_type.is_image:
        raise InvalidInputError(NOT_AN_IMAGE)
    try:
        return read_image(file)
    except EmptyFileError as error:
        raise InvalidInputError(EMPTY_FILE) from error
    except NotAnImageError as error:
        raise InvalidInputError(NOT_AN_IMAGE) from error
