"""Who may do what with an image, and how one comes to be."""

from pynamodb.transactions import TransactWrite

from darkroom import clock, gallery, ids, settings
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
from darkroom.models.gallery import SHARDS, GalleryImage, Share, StoredImage
from darkroom.models.user import User
from darkroom.storage import cloudinary
from darkroom.uploads.storing import Also, keep, nothing

FOLDER = settings.text("CLOUDINARY_FOLDER")

_UNDECLARED = {"", "application/octet-stream"}


def upload(
    user: User,
    file: File,
    content_type: str,
    caption: str | None,
    visibility: str,
    also: Also = nothing,
) -> GalleryImage:
    """A new image; `also` is as `keep` takes it.

    Raises `InvalidInputError`, `TooLargeError` or `StorageError`.
    """
    image = _read(file, content_type)
    is_public = visibility == gallery.PUBLIC
    storage = cloudinary.PUBLIC if is_public else cloudinary.PRIVATE
    public_id = f"{FOLDER}/gallery/{ids.new_uuid()}"

    def own(write: TransactWrite, places: list[str]) -> GalleryImage:
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
            url=places[0],
            store=storage.name,
            images=[StoredImage(public_id=public_id)],
        )
        row.create(write)
        return row

    try:
        return keep(storage, [image], [public_id], own, also)
    except ConfigurationError:
        raise
    except StorageError as error:
        raise StorageError(f"Error uploading image: {error.message}") from error


def require_access(image: GalleryImage, user: User) -> None:
    """Raise `ForbiddenError` unless the image is his, public, or shared with him."""
    is_open = image.visibility == gallery.PUBLIC or image.owner_sub == user.sub
    if not is_open and not Share.exists_for(int(image.image_id), int(user.user_id)):
        raise ForbiddenError("You don't have access to this image")


def delete(image: GalleryImage, user: User) -> None:
    """Raises `ForbiddenError` unless the image is his."""
    if image.owner_sub != user.sub:
        raise ForbiddenError("You can only delete your own images")
    image.remove()


def _read(file: File, content_type: str) -> Image:
    if content_type not in _UNDECLARED and not content_type.startswith("image/"):
        raise InvalidInputError("File must be an image")
    try:
        return read_image(file)
    except EmptyFileError as error:
        raise InvalidInputError("File is empty") from error
    except NotAnImageError as error:
        raise InvalidInputError("File must be an image") from error
