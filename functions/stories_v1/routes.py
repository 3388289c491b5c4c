"""The stories v1 contract: its images are in S3 and have paths of this API."""

from fastapi.responses import RedirectResponse

from darkroom.errors import ImageNotFoundError, StoryNotFoundError
from darkroom.images.formats import Image
from darkroom.storage.s3 import S3Storage, presigned_url
from darkroom.uploads.story_upload import StoryUpload
from darkroom.web.openapi_responses import error_responses
from darkroom.web.routers import group_router
from darkroom.web.story_routes import Bodies, StoryInPath, stories_router
from stories_v1.schemas import AllDeleted, ImageOut, StoryDeleted, StoryUploaded

REDIRECT_SECONDS = 60  # of caching; well below the lifetime of the presigned URL


def public_id(story_id: str, number: int, image: Image) -> str:
    return f"stories/{story_id}/{number}.{image.format.extension}"


upload = StoryUpload(S3Storage(), public_id, "Server error during file processing")
bodies = Bodies(ImageOut, StoryUploaded, StoryDeleted, AllDeleted)
router = group_router(routes=stories_router("/api/v1/images", "images-v1", upload, bodies).routes)


@router.get(
    "/images/stories/{story_id}/{name}",
    status_code=302,
    response_class=RedirectResponse,
    tags=["images-v1"],
    responses=error_responses(
        {404: f"{StoryNotFoundError.MESSAGE} / {ImageNotFoundError.MESSAGE}"}
    ),
)
async def get_image(story: StoryInPath, name: str) -> RedirectResponse:
    """Redirects to a presigned URL of the image, which is valid for five minutes."""
    for image in story.images:
        if image.public_id == f"stories/{story.story_id}/{name}":
            cache = {"Cache-Control": f"public, max-age={REDIRECT_SECONDS}"}
            return RedirectResponse(presigned_url(image.public_id), 302, cache)
    raise ImageNotFoundError
