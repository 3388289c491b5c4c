"""The gallery contract's image routes."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Annotated

from fastapi import Depends, Form, HTTPException, Query, Request, Response, UploadFile

from darkroom.errors import ImageNotFoundError
from darkroom.images.ingestion import File, too_large
from darkroom.models.gallery import PRIVATE, SHARDS, GalleryImage, Visibility
from darkroom.paging import Element
from darkroom.storage.cloudinary import CONFIGURATION_ERROR
from darkroom.uploads.storing import ExtraWrite
from darkroom.web.current_user import CurrentUser
from darkroom.web.direct_uploads import Completion, DirectUploadOut, begin, completion_errors
from darkroom.web.forms import at_most_one_file
from darkroom.web.gallery_image import ImageInPath
from darkroom.web.idempotency import IDEMPOTENT, idempotent_route
from darkroom.web.openapi_responses import error_responses
from darkroom.web.pages import RequestedPage
from darkroom.web.routers import group_router
from gallery import service
from gallery.schemas import Caption, ImageOut, ImageUploaded, NewDirectGalleryImage

router = group_router(prefix="/images", tags=["gallery"], route_class=idempotent_route())

_UPLOAD_ERRORS = {
    400: f"{service.NOT_AN_IMAGE} / {service.EMPTY_FILE}",
    413: too_large("image.jpg"),
    500: f"{service.STORAGE_FAILURE.format('…')} / {CONFIGURATION_ERROR}",
}


@router.post(
    "/upload",
    status_code=201,
    dependencies=[IDEMPOTENT, Depends(at_most_one_file("file"))],
    responses=error_responses(_UPLOAD_ERRORS),
)
async def upload_image(
    user: CurrentUser,
    file: UploadFile,
    caption: Annotated[Caption | None, Form(examples=["My first image"])] = None,
    visibility: Annotated[Visibility | None, Form(examples=["private"])] = None,
    query_caption: Annotated[Caption | None, Query(alias="caption")] = None,
    query_visibility: Annotated[Visibility | None, Query(alias="visibility")] = None,
) -> ImageUploaded:
    """Stores an image. `caption` and `visibility` are fields of the form or query parameters; the
    form takes precedence."""
    image = service.upload(
        user,
        File(file.filename or "", file.file.read()),
        file.content_type or "",
        caption or query_caption or None,
        visibility or query_visibility or PRIVATE,
    )
    return ImageUploaded.of(image)


@router.post("/uploads", status_code=201, dependencies=[IDEMPOTENT])
async def begin_upload(
    request: Request, user: CurrentUser, body: NewDirectGalleryImage
) -> DirectUploadOut:
    return await begin(request, body)


@router.post(
    "/uploads/{upload_id}/complete",
    status_code=201,
    response_model=ImageUploaded,
    responses=completion_errors(_UPLOAD_ERRORS),
)
async def complete_upload(request: Request, user: CurrentUser, upload_id: str) -> Response:
    def store(
        announced: NewDirectGalleryImage, files: Iterator[File], extra_writes: Sequence[ExtraWrite]
    ) -> GalleryImage:
        return service.upload(
            user,
            next(files),
            announced.files[0].content_type,
            announced.caption or None,
            announced.visibility,
            extra_writes,
        )

    completion = Completion(NewDirectGalleryImage, store, 201, ImageUploaded.of)
    return await completion.respond(request, upload_id)


@router.get("/upload", include_in_schema=False)
@router.get("/uploads", include_in_schema=False)
async def reject_get_upload() -> None:
    """Reserve these names: they are not image ids."""
    raise HTTPException(405, headers={"Allow": "POST"})


@router.get("/my-images", response_model=list[ImageOut])
async def list_my_images(user: CurrentUser, page: RequestedPage) -> Response:
    """Your images, the newest first."""
    return page.of(f"my images {user.sub}", partial(GalleryImage.owned_by, user.sub), _as_json)


@router.get("/public", response_model=list[ImageOut])
async def list_public_images(user: CurrentUser, page: RequestedPage) -> Response:
    """All public images, yours among them, the newest first."""
    return page.of("public images", GalleryImage.public, _as_json, SHARDS)


@router.get(
    "/{image_id}",
    responses=error_responses({403: service.NO_ACCESS, 404: ImageNotFoundError.MESSAGE}),
)
async def get_image(user: CurrentUser, image: ImageInPath) -> ImageOut:
    """One image. The URL of a private one is signed."""
    service.require_access(image, user)
    return ImageOut.of(image)


@router.delete(
    "/{image_id}",
    status_code=204,
    responses=error_responses({403: service.NOT_YOURS, 404: ImageNotFoundError.MESSAGE}),
)
async def delete_image(user: CurrentUser, image: ImageInPath) -> None:
    """Deletes one of your images with all its shares."""
    service.delete(image, user)


def _as_json(element: Element[GalleryImage]) -> list[bytes]:
    return [ImageOut.of(element.item).model_dump_json().encode()]
