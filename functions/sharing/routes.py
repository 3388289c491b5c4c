"""The gallery contract's sharing calls.

The image is looked up within the calls and not as a dependency: a request that is not valid is
told before an image that is not known.
"""

from functools import partial

from fastapi import Response

from darkroom.models.gallery import GalleryImage, Share
from darkroom.paging import Element
from darkroom.web.current_user import CurrentUser
from darkroom.web.gallery_image import known_image
from darkroom.web.integer_ids import IntegerId
from darkroom.web.openapi_responses import refusals
from darkroom.web.pages import AskedPage
from darkroom.web.routers import group_router
from sharing import service
from sharing.schemas import ImageShared, SharedAccess, ShareImage

router = group_router(prefix="/sharing", tags=["sharing"])


@router.post(
    "/share/{image_id}",
    responses=refusals(
        {
            400: "Cannot share image with yourself / Image already shared with this user",
            403: "You can only share your own images",
            404: "Image not found / User not found",
        }
    ),
)
async def share_image(image_id: IntegerId, body: ShareImage, user: CurrentUser) -> ImageShared:
    """Lets a user see an image of yours."""
    image = await known_image(image_id)
    recipient = service.share(image, user, body.shared_with_username)
    return ImageShared(shared_with_username=recipient.username, image_id=int(image.image_id))


@router.get("/shared-with-me", response_model=list[SharedAccess])
async def list_shared_with_me(user: CurrentUser, page: AskedPage) -> Response:
    """What others have shared with you, the newest first."""
    return page.of(f"shared with {user.sub}", partial(Share.received_by, user.sub), _as_json)


@router.get("/shared-by-me", response_model=list[SharedAccess])
async def list_shared_by_me(user: CurrentUser, page: AskedPage) -> Response:
    """What you have shared with others, the newest first."""
    return page.of(f"shared by {user.sub}", partial(Share.given_by, user.sub), _as_json)


@router.delete(
    "/unshare/{image_id}/{shared_with_user_id}",
    status_code=204,
    responses=refusals(
        {
            403: "You can only unshare your own images",
            404: "Image not found / Shared access not found",
        }
    ),
)
async def unshare_image(
    image_id: IntegerId, shared_with_user_id: IntegerId, user: CurrentUser
) -> None:
    """Takes back what was shared. A URL that was handed out goes on working."""
    service.unshare(await known_image(image_id), user, shared_with_user_id)


def _as_json(element: Element[tuple[Share, GalleryImage]]) -> list[bytes]:
    return [SharedAccess.of(*element.item).model_dump_json().encode()]
