"""The bodies of the gallery contract's image calls."""

import unicodedata
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel
from pydantic import StringConstraints as Text
from pydantic_core import PydanticCustomError

from darkroom import clock
from darkroom.gallery import image_url
from darkroom.models.gallery import GalleryImage
from darkroom.web.direct_uploads import NewDirectImage


def _without_controls(caption: str) -> str:
    if any(unicodedata.category(character) == "Cc" for character in caption):
        raise PydanticCustomError("value_error", "no control characters")
    return caption


Caption = Annotated[str, Text(max_length=2000), AfterValidator(_without_controls)]
Visibility = Literal["public", "private"]


class NewDirectGalleryImage(NewDirectImage):
    caption: Caption | None = None
    visibility: Visibility = "private"


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
            image_url=image_url(image),
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
            image_url=image_url(image),
            caption=image.caption,
            visibility=image.visibility,
            created_at=clock.to_naive_seconds(image.created_at),
            owner_username=image.owner_username,
        )
