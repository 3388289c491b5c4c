"""The stories v1 contract: its images are in S3, below paths of this API."""

from fastapi.responses import RedirectResponse

from darkroom.errors import NotFoundError
from darkroom.images.formats import Image
from darkroom.storage.s3 import S3Storage, presigned_url
from darkroom.story_library import Library
from darkroom.web.openapi_responses import refusals
from darkroom.web.routers import group_router
from darkroom.web.story_routes import Bodies, VisibleStory, stories_router
from stories_v1.schemas import AllDeleted, ImageOut, StoryDeleted, StoryUploaded

REDIRECT_SECONDS = 60  # well below the life of the URL that it leads to


def public_id(story_id: str, number: int, image: Image) -> str:
    return f"stories/{story_id}/{number}.{image.format.extension}"


library = Library(S3Storage(), public_id, "Server error during file processing")
bodies = Bodies(ImageOut, StoryUploaded, StoryDeleted, AllDeleted)
router = group_router(routes=stories_router("/api/v1/images", "images-v1", library, bodies).routes)


@router.get(
    "/images/stories/{story_id}/{name}",
    status_code=302,
    response_class=RedirectResponse,
    tags=["images-v1"],
    responses=refusals({404: "Story not found / Image not found"}),
)
async def get_image(story: VisibleStory, name: str) -> RedirectResponse:
    """Leads to the image for five minutes; its bytes never pass through here."""
    for image in story.images:
        if image.public_id == f"stories/{story.story_id}/{name}":
            cache = {"Cache-Control": f"public, max-age={REDIRECT_SECONDS}"}
            return RedirectResponse(presigned_url(image.public_id), 302, cache)
    raise NotFoundError("Image not found")
