"""The image that a path of the gallery names."""

from typing import Annotated

from fastapi import Depends

from darkroom.errors import NotFoundError
from darkroom.models.gallery import GalleryImage
from darkroom.web.integer_ids import IntegerId, may_exist


async def known_image(image_id: IntegerId) -> GalleryImage:
    if not may_exist(image_id):
        raise NotFoundError("Image not found")
    return GalleryImage.find(image_id)


KnownImage = Annotated[GalleryImage, Depends(known_image)]
