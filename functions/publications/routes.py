"""The publications contract's calls, and those that make and remove a publication."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Path, Request, Response

from darkroom.images.ingestion import File
from darkroom.models.publication import PublicationImages
from darkroom.uploads.storing import Also
from darkroom.web.caller import CurrentCaller, caller
from darkroom.web.direct_uploads import Completion, DirectUploadOut, begin
from darkroom.web.idempotency import KEYED, KeyedRoute
from darkroom.web.openapi_responses import refusals
from darkroom.web.routers import group_router
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

router = group_router(
    prefix="/api/v1/publications",
    tags=["publications"],
    dependencies=[Depends(caller)],
    route_class=KeyedRoute,
)

Added = tuple[str, int]  # the URI of an image, and how many there are with it

_UNKNOWN = refusals({404: "Publicación no encontrada"})
_NOT_OURS = refusals(
    {403: "No eres propietario de esta publicación", 404: "Publicación no encontrada"}
)
_ADDING = refusals(
    {
        400: "La imagen ya existe en esta publicación / Datos inválidos",
        403: "Has alcanzado el límite de imágenes para tu plan / "
        "No eres propietario de esta publicación",
        404: "Publicación no encontrada",
        413: "Archivo demasiado grande",
        415: "Formato de archivo no soportado",
    }
)


@router.post(
    "",
    status_code=201,
    dependencies=[KEYED],
    responses=refusals({400: "La publicación ya existe / Datos inválidos"}),
)
async def create_publication(
    caller: CurrentCaller, body: NewPublication | None = None
) -> PublicationOut:
    """Makes a publication of yours, under an id of your own if you name one."""
    publication_id = body.publication_id if body else None
    return PublicationOut.of(service.create(publication_id, caller))


@router.get("/{publicationId}", responses=_UNKNOWN)
async def get_publication(publication: KnownPublication) -> PublicationOut:
    """One publication."""
    return PublicationOut.of(publication)


@router.delete("/{publicationId}", responses=_NOT_OURS)
async def delete_publication(publication: OwnPublication) -> PublicationDeleted:
    """Deletes a publication of yours with all its images."""
    publication.remove()
    return PublicationDeleted(publication_id=publication.publication_id)


@router.post(
    "/{publicationId}/images",
    status_code=201,
    openapi_extra=IMAGE_FORM,
    dependencies=[KEYED],
    responses=_ADDING,
)
async def add_image(
    publication: OwnPublication, caller: CurrentCaller, sent: SentImage
) -> ImageAdded:
    """Adds an image: up to four of a regular user, up to eight of a premium one."""
    return ImageAdded.of(publication, *service.add_image(publication, caller, *sent))


@router.post(
    "/{publicationId}/images/uploads", status_code=201, dependencies=[KEYED], responses=_NOT_OURS
)
async def begin_upload(
    request: Request, publication: OwnPublication, body: NewDirectPublicationImage
) -> DirectUploadOut:
    """Begins the upload of an image that a request cannot carry."""
    return await begin(request, body)


@router.post(
    "/{publicationId}/images/uploads/{upload_id}/complete",
    status_code=201,
    response_model=ImageAdded,
    responses=_ADDING,
)
async def complete_upload(
    request: Request, publication: OwnPublication, caller: CurrentCaller, upload_id: str
) -> Response:
    """Adds the image that was sent to S3."""

    def keep(asked: NewDirectPublicationImage, files: Iterator[File], also: Also) -> Added:
        return service.add_image(publication, caller, next(files), asked.is_premium, also)

    def render(added: Added) -> ImageAdded:
        return ImageAdded.of(publication, *added)

    completion = Completion(NewDirectPublicationImage, keep, 201, render)
    return await completion.answer(request, upload_id)


@router.get("/{publicationId}/images", responses=_UNKNOWN)
async def list_images(publication: KnownPublication) -> ImageUris:
    """The images of a publication, in the order added."""
    uris = [image.url for image in PublicationImages.of(publication.publication_id).images]
    return ImageUris(publication_id=publication.publication_id, images=uris, total_images=len(uris))


@router.delete("/{publicationId}/images", responses=_NOT_OURS)
async def delete_images(publication: OwnPublication) -> ImagesDeleted:
    """Deletes all images of a publication of yours."""
    PublicationImages.clear(publication.publication_id)
    return ImagesDeleted(publication_id=publication.publication_id)


# The URI may be empty, and must not be taken for all images then.
@router.delete(
    "/{publicationId}/images/{imageUri:path}",
    responses=refusals(
        {
            403: "No eres propietario de esta publicación",
            404: "Publicación no encontrada / Imagen no encontrada",
        }
    ),
)
async def delete_image(
    publication: OwnPublication, image_uri: Annotated[str, Path(alias="imageUri")]
) -> ImageDeleted:
    """Deletes one image, named by its URI, encoded, or by its id."""
    remaining = service.remove_image(publication, image_uri)
    return ImageDeleted(publication_id=publication.publication_id, remaining_images=remaining)
