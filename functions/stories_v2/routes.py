"""The stories v2 contract: its images are in Cloudinary."""

from darkroom import settings
from darkroom.images.formats import Image
from darkroom.storage.cloudinary import PUBLIC
from darkroom.uploads.story_upload import StoryUpload
from darkroom.web.story_routes import Bodies, stories_router
from stories_v2.schemas import AllDeleted, ImageOut, StoryDeleted, StoryUploaded

FOLDER = settings.text("CLOUDINARY_FOLDER")


def public_id(story_id: str, number: int, image: Image) -> str:
    return f"{FOLDER}/stories/{story_id}/{number}"


upload = StoryUpload(PUBLIC, public_id, "Failed to upload image to Cloudinary")
bodies = Bodies(ImageOut, StoryUploaded, StoryDeleted, AllDeleted)
router = stories_router("/api/v2/images", "images-v2", upload, bodies)
