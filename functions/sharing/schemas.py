"""The bodies of the gallery contract's sharing routes."""

from pydantic import BaseModel

from darkroom import clock
from darkroom.models.gallery import GalleryImage, Share
from darkroom.storage.cloudinary import delivery_url


class ShareImage(BaseModel):
    shared_with_username: str


class ImageShared(BaseModel):
    message: str = "Image shared successfully"
    shared_with_username: str
    image_id: int


class SharedAccess(BaseModel):
    access_id: int
    image_id: int
    shared_with_user_id: int
    shared_with_username: str
    image_url: str
    image_caption: str | None
    granted_at: str

    @classmethod
    def of(cls, share: Share, image: GalleryImage) -> "SharedAccess":
        return cls(
            access_id=int(share.access_id),
            image_id=int(share.image_id),
            shared_with_user_id=int(share.recipient_id),
            shared_with_username=share.recipient_username,
            image_url=delivery_url(image.url, image.store),
            image_caption=image.caption,
            granted_at=clock.to_naive_seconds(share.granted_at),
        )
