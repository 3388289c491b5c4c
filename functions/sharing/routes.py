"""The gallery contract's sharing routes.

The routes read the image themselves instead of by a dependency, because the contract returns the
validation errors of a request before the 404 of its image.
"""

from functools import partial

from fastapi import Response

from darkroom.errors import ImageNotFoundError, ShareNotFoundError, UserNotFoundError
from darkroom.models.gallery import ALREADY_SHARED, GalleryImage, Share
from darkroom.paging import Element
from darkroom.web.current_user import CurrentUser
from darkroom.web.gallery_image import find_image
from darkroom.web.integer_ids import IntegerId
from darkroom.web.openapi_responses import error_responses
from darkroom.web.pages import RequestedPage
from darkroom.web.routers import group_router
from sharing import service
from sharing.schemas import ImageShared, SharedAccess, ShareImage

router = group_router(prefix="/sharing", tags=["sharing"])


@router.post(
    "/share/{image_id}",
    responses=error_responses(
        {
            400: f"{service.SHARED_WITH_YOURSELF} / {ALREADY_SHARED}",
            403: service.NOT_YOURS_TO_SHARE,
            404: f"{ImageNotFoundError.MESSAGE} / {UserNotFoundError.MESSAGE}",
        }
    ),
)
async def share_image(image_id: IntegerId, body: ShareImage, user: CurrentUser) -> ImageShared:
    """Gives another user access to one of your images."""
    image = await find_image(image_id)
    recipient = service.share(image, user, body.shared_with_username)
    return ImageShared(shared_with_username=recipient.username, image_id=int(image.image_id))


@router.get("/shared-with-me", response_model=list[SharedAccess])
async def list_shared_with_me(user: CurrentUser, page: RequestedPage) -> Response:
    """The images that others have shared with you, the newest share first."""
    return page.of(f"shared with {user.sub}", partial(Share.received_by, user.sub), _as_json)


@router.get("/shared-by-me", response_model=list[SharedAccess])
async def list_shared_by_me(user: CurrentUser, page: RequestedPage) -> Response:
    """The images that you have shared with others, the newest share first."""
    return page.of(f"shared by {user.sub}", partial(Share.given_by, user.sub), _as_json)


@router.delete(
    "/unshare/{image_id}/{shared_with_user_id}",
    status_code=204,
    responses=error_responses(
        {
            403: service.NOT_YOURS_TO_UNSHARE,
            404: f"{ImageNotFoundError.MESSAGE} / {ShareNotFoundError.MESSAGE}",
        }
    ),
)
async def unshare_image(
    image_id: IntegerId, shared_with_user_id: IntegerId, user: CurrentUser
) -> None:
    """Ends the access of a user. A signed URL that they have already received remains valid."""
    service.unshare(await find_image(image_id), user, shared_with_user_id)


def _as_json(element: Element[tuple[Share, GalleryImage]]) -> list[bytes]:
    return [SharedAccess.of(*element.item).model_dump_json().encode()]
