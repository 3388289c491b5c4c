"""The publications contract's calls, and those that make and remove a publication."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from pydantic import TypeAdapter, ValidationError

from darkroom.errors import ForbiddenError, InvalidInputError, NotFoundError
from darkroom.ingest import File
from darkroom.models.publication import Publication, PublicationImages
from darkroom.web.callers import CurrentCaller, caller
from darkroom.web.forms import read_form
from darkroom.web.keys import KEYED, KeyedRoute
from publications import service
from publications.schemas import (
    ImageAdded,
    ImageDeleted,
    ImagesDeleted,
    ImageUris,
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

_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
_BOOLEAN = TypeAdapter(bool)

# The form is read by hand, after it is known whose publication it is for.
_IMAGE_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["image"],
                    "properties": {
                        "image": {"type": "string", "format": "binary"},
                        "isPremium": {"type": "boolean"},
                    },
                }
            }
        },
    }
}


def known_publication(
    publication_id: Annotated[str, Path(alias="publicationId")],
) -> Publication:
    if not _ID.fullmatch(publication_id):
        raise NotFoundError("No publication has such an id")
    return Publication.find(publication_id)


KnownPublication = Annotated[Publication, Depends(known_publication)]


def own_publication(publication: KnownPublication, caller: CurrentCaller) -> Publication:
    if publication.owner_sub != caller.sub:
        raise ForbiddenError("The publication is another's")
    return publication


OwnPublication = Annotated[Publication, Depends(own_publication)]


async def sent_image(request: Request, publication: OwnPublication) -> tuple[File, bool]:
    """The image of the form, and whether it claims to come from a premium user."""
    fields = await read_form(request)
    match [value for name, value in fields if name == "image"]:
        case [File() as image]:
            claims = [value for name, value in fields if name == "isPremium" and value]
            return image, _is_true(claims[-1]) if claims else False
    raise InvalidInputError("Envía exactamente un archivo en el campo image")


def _is_true(value: File | str) -> bool:
    try:
        return _BOOLEAN.validate_python(value)
    except ValidationError:
        raise InvalidInputError("El campo isPremium debe ser true o false") from None


SentImage = Annotated[tuple[File, bool], Depends(sent_image)]


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
    "/{publicationId}/images", status_code=201, openapi_extra=_IMAGE_FORM, dependencies=[KEYED]
)
def add_image(publication: OwnPublication, caller: CurrentCaller, sent: SentImage) -> ImageAdded:
    file, claims_premium = sent
    uri, total = service.add_image(publication, caller, file, claims_premium)
    return ImageAdded(image_uri=uri, publication_id=publication.publication_id, total_images=total)


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
