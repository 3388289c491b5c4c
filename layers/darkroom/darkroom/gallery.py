"""What the gallery's functions share beside its table."""

from darkroom.models.gallery import GalleryImage
from darkroom.storage.cloudinary import signed

PUBLIC, PRIVATE = "public", "private"


def image_url(image: GalleryImage) -> str:
    """Where the image opens; for a private one, made for whoever is entitled to see it."""
    return image.url if image.visibility == PUBLIC else signed(image.url)
