"""Who may share what with whom."""

from darkroom.errors import ForbiddenError, InvalidInputError, NotFoundError
from darkroom.models.gallery import GalleryImage, Share
from darkroom.models.user import User
from darkroom.web.integer_ids import may_exist


def share(image: GalleryImage, user: User, username: str) -> User:
    """Share with the user of that name, and give him. Raises errors in the contract's order."""
    if image.owner_sub != user.sub:
        raise ForbiddenError("You can only share your own images")
    recipient = User.named(username)
    if recipient is None:
        raise NotFoundError("User not found")
    if recipient.sub == user.sub:
        raise InvalidInputError("Cannot share image with yourself")
    Share.grant(image, int(recipient.user_id), recipient.sub, recipient.username)
    return recipient


def unshare(image: GalleryImage, user: User, user_id: int) -> None:
    if image.owner_sub != user.sub:
        raise ForbiddenError("You can only unshare your own images")
    if not may_exist(user_id):
        raise NotFoundError("Shared access not found")
    Share.revoke(int(image.image_id), user_id)
