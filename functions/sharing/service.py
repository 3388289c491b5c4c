"""The rules of sharing: only owners share, and never with themselves."""

from darkroom.errors import (
    ForbiddenError,
    InvalidInputError,
    ShareNotFoundError,
    UserNotFoundError,
)
from darkroom.ids import may_exist
from darkroom.models.gallery import GalleryImage, Share
from darkroom.models.user import User

NOT_YOURS_TO_SHARE = "You can only share your own images"
NOT_YOURS_TO_UNSHARE = "You can only unshare your own images"
SHARED_WITH_YOURSELF = "Cannot share image with yourself"


def share(image: GalleryImage, user: User, username: str) -> User:
    """Share the image with the named user and return them.

    Raises `ForbiddenError`, `UserNotFoundError` or `InvalidInputError`, in the contract's order.
    """
    if image.owner_sub != user.sub:
        raise ForbiddenError(NOT_YOURS_TO_SHARE)
    recipient = User.named(username)
    if recipient is None:
        raise UserNotFoundError
    if recipient.sub == user.sub:
        raise InvalidInputError(SHARED_WITH_YOURSELF)
    Share.grant(image, int(recipient.user_id), recipient.sub, recipient.username)
    return recipient


def unshare(image: GalleryImage, user: User, user_id: int) -> None:
    """Raises `ForbiddenError` or `ShareNotFoundError`."""
    if image.owner_sub != user.sub:
        raise ForbiddenError(NOT_YOURS_TO_UNSHARE)
    if not may_exist(user_id):
        raise ShareNotFoundError
    Share.revoke(int(image.image_id), user_id)
