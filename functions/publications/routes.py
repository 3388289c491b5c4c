"""The publications contract's calls, and those that make and remove a publication."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from darkroom.ingest import File
from darkroom.models.publication import PublicationImages
from darkroom.uploads import Also
from darkroom.web.callers import CurrentCaller, caller
from darkroom.web.direct import Completion, DirectUploadOut, begin
from darkroom.web.keys import KEYED, KeyedRoute
from publications import service
from publications.dependencies import IMAGE_FORM, KnownPublication, OwnPublication, SentImage
from publications.schemas import (
    ImageAdded,
    ImageDeleted,
    ImagesDeleted,
    ImageUris,
    NewDirectPublicationImage,
    NewPublication,
    PublicationDeleted,
    PublicationOut,
)

router = APIRouter(
    prefix="/api/v1/publications",
    tags=["publications"],
    dependencies=[Depends(caller)],
    route_class=KeyedRoute,
)

Added = tuple[str, int]  # the URI of an image, and how many there are with it


@router.post("", status_code=201, dependencies=[KEYED])
def create_publication(caller: CurrentCaller, body: NewPublication | None = None) -> PublicationOut:
    publication_id = body.publication_id if body else None
    return PublicationOut.of(service.create(publication_id, caller))


@router.get("/{publicationId}")
def get_publication(publication: KnownPublication) -> PublicationOut:
    return PublicationOut.of(publication)


@router.delete("/{publicationId}")
def delete_publication(publication: OwnPublication) -> PublicationDeleted:
    publication.remove()
    return PublicationDeleted(publication_id=publication.publication_id)


@router.post(
    "/{publicationId}/images", status_code=201, openapi_extra=IMAGE_FORM, dependencies=[KEYED]
)
def add_image(publication: OwnPublication, caller: CurrentCaller, sent: SentImage) -> ImageAdded:
    return ImageAdded.of(publication, *service.add_image(publication, caller, *sent))


@router.post("/{publicationId}/images/uploads", status_code=201, dependencies=[KEYED])
def begin_upload(
    request: Request, publication: OwnPublication, body: NewDirectPublicationImage
) -> DirectUploadOut:
    return begin(request, body)


@router.post(
    "/{publicationId}/images/uploads/{upload_id}/complete",
    status_code=201,
    response_model=ImageAdded,
)
def complete_upload(
    request: Request, publication: OwnPublication, caller: CurrentCaller, upload_id: str
) -> Response:
    def keep(asked: NewDirectPublicationImage, files: list[File], also: Also) -> Added:
        return service.add_image(publication, caller, files[0], asked.is_premium, also)

    def render(added: Added) -> ImageAdded:
        return ImageAdded.of(publication, *added)

    completion = Completion(NewDirectPublicationImage, keep, 201, render)
    return completion.answer(request, upload_id)


@router.get("/{publicationId}/images")
def list_images(publication: KnownPublication) -> ImageUris:
    uris = [image.url for image in PublicationImages.of(publication.publication_id).images]
    return ImageUris(publication_id=publication.publication_id, images=uris, total_images=len(uris))


@router.delete("/{publicationId}/images")
def delete_images(publication: OwnPublication) -> ImagesDeleted:
    PublicationImages.clear(publication.publication_id)
    return ImagesDeleted(publication_id=publication.publication_id)


# The URI may be empty, and must not be taken for all images then.
@router.delete("/{publicationId}/images/{imageUri:path}")
def delete_image(
    publication: OwnPublication, image_uri: Annotated[str, Path(alias="imageUri")]
) -> ImageDeleted:
    remaining = service.remove_image(publication, image_uri)
    return ImageDeleted(publication_id=publication.publication_id, remaining_images=remaining)
