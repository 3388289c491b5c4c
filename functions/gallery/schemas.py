"""The bodies of the gallery contract's image routes."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BaseModel
from pydantic import StringConstraints as Text
from pydantic_core import PydanticCustomError

from darkroom import clock
from darkroom.models.gallery import PRIVATE, GalleryImage, Visibility
from darkroom.storage.cloudinary import delivery_url
from darkroom.web.direct_uploads import NewDirectImage


def _without_control_characters(caption: str) -> str:
    if any(unicodedata.category(character) == "Cc" for character in caption):
        raise PydanticCustomError("value_error", "no control characters")
    return caption


MAX_CAPTION_LENGTH = 2000  # characters

Caption = Annotated[
    str, Text(max_length=MAX_CAPTION_LENGTH), AfterValidator(_without_control_characters)
]


class NewDirectGalleryImage(NewDirectImage):
    caption: Caption | None = None
    visibility: Visibility = PRIVATE


class ImageUploaded(BaseModel):
    image_id: int
    image_url: str
    caption: str | None
    visibility: str
    message: str = "Image uploaded successfully"

    @classmethod
    def of(cls, image: GalleryImage) -> "ImageUploaded":
        return cls(
            image_id=int(image.image_id),
            image_url=delivery_url(image.url, image.store),
            caption=image.caption,
            visibility=image.visibility,
        )


class ImageOut(BaseModel):
    image_id: int
    user_id: int
    image_url: str
    caption: str | None
    visibility: str
    created_at: str
    owner_username: str | None

    @classmethod
    def of(cls, image: GalleryImage) -> "ImageOut":
        return cls(
            image_id=int(image.image_id),
            user_id=int(image.owner_id),
            image_url=delivery_url(image.url, image.store),
            caption=image.caption,
            visibility=image.visibility,
            created_at=clock.to_naive_seconds(image.created_at),
            owner_username=image.owner_username,
        )
