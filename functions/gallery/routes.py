"""The gallery contract's image calls."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Query, Response, UploadFile

from darkroom.ingest import File
from darkroom.models.gallery import SHARDS, GalleryImage
from darkroom.paging import Element
from darkroom.web.images import KnownImage
from darkroom.web.keys import KEYED, KeyedRoute
from darkroom.web.pages import AskedPage
from darkroom.web.users import CurrentUser
from gallery import service
from gallery.schemas import Caption, ImageOut, ImageUploaded, Visibility

router = APIRouter(prefix="/images", tags=["images"], route_class=KeyedRoute)


@router.post("/upload", status_code=201, dependencies=[KEYED])
def upload_image(
    user: CurrentUser,
    file: UploadFile,
    caption: Annotated[Caption | None, Form()] = None,
    visibility: Annotated[Visibility | None, Form()] = None,
    query_caption: Annotated[Caption | None, Query(alias="caption")] = None,
    query_visibility: Annotated[Visibility | None, Query(alias="visibility")] = None,
) -> ImageUploaded:
    image = service.upload(
        user,
        File(file.filename or "", file.file.read()),
        file.content_type or "",
        caption or query_caption or None,
        visibility or query_visibility or "private",
    )
    return ImageUploaded.of(image)


@router.get("/upload", include_in_schema=False)
def refuse_get_upload() -> None:
    """Keeps `upload` from being read as an id."""
    raise HTTPException(405, headers={"Allow": "POST"})


@router.get("/my-images", response_model=list[ImageOut])
def list_my_images(user: CurrentUser, page: AskedPage) -> Response:
    return page.of(f"my images {user.sub}", partial(GalleryImage.owned_by, user.sub), _as_json)


@router.get("/public", response_model=list[ImageOut])
def list_public_images(user: CurrentUser, page: AskedPage) -> Response:
    return page.of("public images", GalleryImage.public, _as_json, SHARDS)


@router.get("/{image_id}")
def get_image(user: CurrentUser, image: KnownImage) -> ImageOut:
    service.require_access(image, user)
    return ImageOut.of(image)


@router.delete("/{image_id}", status_code=204)
def delete_image(user: CurrentUser, image: KnownImage) -> None:
    service.delete(image, user)


def _as_json(element: Element[GalleryImage]) -> list[bytes]:
    return [ImageOut.of(element.item).model_dump_json().encode()]
