"""The gallery image that a path names."""

from typing import Annotated

from fastapi import Depends

from darkroom.errors import ImageNotFoundError
from darkroom.ids import may_exist
from darkroom.models.gallery import GalleryImage
from darkroom.web.integer_ids import IntegerId


async def find_image(image_id: IntegerId) -> GalleryImage:
    """Raises `ImageNotFoundError`."""
    if not may_exist(image_id):
        raise ImageNotFoundError
    return GalleryImage.find(image_id)


ImageInPath = Annotated[GalleryImage, Depends(find_image)]
