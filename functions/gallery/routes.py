"""The gallery contract's image calls."""

from collections.abc import Iterator
from functools import partial
from typing import Annotated

from fastapi import Form, HTTPException, Query, Request, Response, UploadFile

from darkroom.images.ingestion import File
from darkroom.models.gallery import SHARDS, GalleryImage
from darkroom.paging import Element
from darkroom.uploads.storing import Also
from darkroom.web.current_user import CurrentUser
from darkroom.web.direct_uploads import Completion, DirectUploadOut, begin, completing
from darkroom.web.gallery_image import KnownImage
from darkroom.web.idempotency import KEYED, KeyedRoute
from darkroom.web.openapi_responses import refusals
from darkroom.web.pages import AskedPage
from darkroom.web.routers import group_router
from gallery import service
from gallery.schemas import Caption, ImageOut, ImageUploaded, NewDirectGalleryImage, Visibility

router = group_router(prefix="/images", tags=["gallery"], route_class=KeyedRoute)


_UPLOADING = {
    400: "File must be an image / File is empty",
    413: "File is larger than 10485760 bytes: image.jpg",
    500: "Error uploading image: … / Cloudinary configuration error",
}


@router.post(
    "/upload",
    status_code=201,
    dependencies=[KEYED],
    responses=refusals(_UPLOADING),
)
async def upload_image(
    user: CurrentUser,
    file: UploadFile,
    caption: Annotated[Caption | None, Form(examples=["My first image"])] = None,
    visibility: Annotated[Visibility | None, Form(examples=["private"])] = None,
    query_caption: Annotated[Caption | None, Query(alias="caption")] = None,
    query_visibility: Annotated[Visibility | None, Query(alias="visibility")] = None,
) -> ImageUploaded:
    """Keeps an image. `caption` and `visibility` may be fields of the form or parameters of the
    query; the form wins."""
    image = service.upload(
        user,
        File(file.filename or "", file.file.read()),
        file.content_type or "",
        caption or query_caption or None,
        visibility or query_visibility or "private",
    )
    return ImageUploaded.of(image)


@router.post("/uploads", status_code=201, dependencies=[KEYED])
async def begin_upload(
    request: Request, user: CurrentUser, body: NewDirectGalleryImage
) -> DirectUploadOut:
    return await begin(request, body)


@router.post(
    "/uploads/{upload_id}/complete",
    status_code=201,
    response_model=ImageUploaded,
    responses=completing(_UPLOADING),
)
async def complete_upload(request: Request, user: CurrentUser, upload_id: str) -> Response:
    def keep(asked: NewDirectGalleryImage, files: Iterator[File], also: Also) -> GalleryImage:
        declared = asked.files[0].content_type
        return service.upload(
            user, next(files), declared, asked.caption or None, asked.visibility, also
        )

    completion = Completion(NewDirectGalleryImage, keep, 201, ImageUploaded.of)
    return await completion.answer(request, upload_id)


@router.get("/upload", include_in_schema=False)
@router.get("/uploads", include_in_schema=False)
async def refuse_get_upload() -> None:
    """Keeps these names from being read as ids."""
    raise HTTPException(405, headers={"Allow": "POST"})


@router.get("/my-images", response_model=list[ImageOut])
async def list_my_images(user: CurrentUser, page: AskedPage) -> Response:
    """All images of yours, the newest first."""
    return page.of(f"my images {user.sub}", partial(GalleryImage.owned_by, user.sub), _as_json)


@router.get("/public", response_model=list[ImageOut])
async def list_public_images(user: CurrentUser, page: AskedPage) -> Response:
    """All public images, yours among them, the newest first."""
    return page.of("public images", GalleryImage.public, _as_json, SHARDS)


@router.get(
    "/{image_id}",
    responses=refusals({403: "You don't have access to this image", 404: "Image not found"}),
)
async def get_image(user: CurrentUser, image: KnownImage) -> ImageOut:
    """One image. The URL of a private one is signed."""
    service.require_access(image, user)
    return ImageOut.of(image)


@router.delete(
    "/{image_id}",
    status_code=204,
    responses=refusals({403: "You can only delete your own images", 404: "Image not found"}),
)
async def delete_image(user: CurrentUser, image: KnownImage) -> None:
    """Deletes an image of yours, and with it all that it was shared."""
    service.delete(image, user)


def _as_json(element: Element[GalleryImage]) -> list[bytes]:
    return [ImageOut.of(element.item).model_dump_json().encode()]
