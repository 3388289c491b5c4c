"""The publications contract's routes, and those that create and delete a publication."""

from collections.abc import Iterator, Sequence
from typing import Annotated

from fastapi import Depends, Path, Request, Response

from darkroom.errors import (
    DuplicateImageError,
    ForbiddenError,
    ImageLimitError,
    ImageNotFoundError,
    InvalidInputError,
    PublicationNotFoundError,
    TooLargeError,
    UnsupportedFormatError,
)
from darkroom.images.ingestion import File
from darkroom.models.publication import ALREADY_EXISTS, PublicationImages
from darkroom.uploads.storing import ExtraWrite
from darkroom.web.caller import CurrentCaller, caller
from darkroom.web.direct_uploads import Completion, DirectUploadOut, begin
from darkroom.web.idempotency import IDEMPOTENT, idempotent_route
from darkroom.web.openapi_responses import error_responses
from darkroom.web.routers import group_router
from publications import service
from publications.dependencies import IMAGE_FORM, ImageInForm, OwnPublication, PublicationInPath
from publications.envelope import INVALID, documented_errors
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
    route_class=idempotent_route(),
)

Added = tuple[str, int]  # the URI of an image, and the number of images including it

_NOT_FOUND = documented_errors(PublicationNotFoundError)
_NOT_OWNED = documented_errors(ForbiddenError, PublicationNotFoundError)
_ADD_ERRORS = documented_errors(
    DuplicateImageError,
    InvalidInputError,
    ImageLimitError,
    ForbiddenError,
    PublicationNotFoundError,
    TooLargeError,
    UnsupportedFormatError,
)


@router.post(
    "",
    status_code=201,
    dependencies=[IDEMPOTENT],
    responses=error_responses({400: f"{ALREADY_EXISTS} / {INVALID.error}"}),
)
async def create_publication(
    caller: CurrentCaller, body: NewPublication | None = None
) -> PublicationOut:
    """Creates a publication; the caller is its owner. The id may be chosen."""
    publication_id = body.publication_id if body else None
    return PublicationOut.of(service.create(publication_id, caller))


@router.get("/{publicationId}", responses=_NOT_FOUND)
async def get_publication(publication: PublicationInPath) -> PublicationOut:
    """One publication."""
    return PublicationOut.of(publication)


@router.delete("/{publicationId}", responses=_NOT_OWNED)
async def delete_publication(publication: OwnPublication) -> PublicationDeleted:
    """Deletes one of your publications with all its images."""
    publication.remove()
    return PublicationDeleted(publication_id=publication.publication_id)


@router.post(
    "/{publicationId}/images",
    status_code=201,
    openapi_extra=IMAGE_FORM,
    dependencies=[IDEMPOTENT],
    responses=_ADD_ERRORS,
)
async def add_image(
    publication: OwnPublication, caller: CurrentCaller, form: ImageInForm
) -> ImageAdded:
    """Adds an image: up to four for a regular user, up to eight for a premium user."""
    return ImageAdded.of(publication, *service.add_image(publication, caller, *form))


@router.post(
    "/{publicationId}/images/uploads",
    status_code=201,
    dependencies=[IDEMPOTENT],
    responses=_NOT_OWNED,
)
async def begin_upload(
    request: Request, publication: OwnPublication, body: NewDirectPublicationImage
) -> DirectUploadOut:
    """Begins the direct upload of an image that is too large for a request."""
    return await begin(request, body)


@router.post(
    "/{publicationId}/images/uploads/{upload_id}/complete",
    status_code=201,
    response_model=ImageAdded,
    responses=_ADD_ERRORS,
)
async def complete_upload(
    request: Request, publication: OwnPublication, caller: CurrentCaller, upload_id: str
) -> Response:
    """Adds the image that was uploaded to S3."""

    def store(
        announced: NewDirectPublicationImage,
        files: Iterator[File],
        extra_writes: Sequence[ExtraWrite],
    ) -> Added:
        file, is_premium = next(files), announced.is_premium
        return service.add_image(publication, caller, file, is_premium, extra_writes)

    def render(added: Added) -> ImageAdded:
        return ImageAdded.of(publication, *added)

    completion = Completion(NewDirectPublicationImage, store, 201, render)
    return await completion.respond(request, upload_id)


@router.get("/{publicationId}/images", responses=_NOT_FOUND)
async def list_images(publication: PublicationInPath) -> ImageUris:
    """The images of a publication, in the order of their addition."""
    uris = [image.url for image in PublicationImages.of(publication.publication_id).images]
    return ImageUris(publication_id=publication.publication_id, images=uris, total_images=len(uris))


@router.delete("/{publicationId}/images", responses=_NOT_OWNED)
async def delete_images(publication: OwnPublication) -> ImagesDeleted:
    """Deletes all images of one of your publications."""
    PublicationImages.clear(publication.publication_id)
    return ImagesDeleted(publication_id=publication.publication_id)


# The URI may be empty; that must not delete all images.
@router.delete(
    "/{publicationId}/images/{imageUri:path}",
    responses=documented_errors(ForbiddenError, PublicationNotFoundError, ImageNotFoundError),
)
async def delete_image(
    publication: OwnPublication, image_uri: Annotated[str, Path(alias="imageUri")]
) -> ImageDeleted:
    """Deletes one image, by its encoded URI or its id."""
    remaining = service.remove_image(publication, image_uri)
    return ImageDeleted(publication_id=publication.publication_id, remaining_images=remaining)
