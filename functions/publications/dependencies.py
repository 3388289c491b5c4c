"""The publication in the path and the image in the form of a request."""

import re
from typing import Annotated

from fastapi import Depends, Path, Request
from pydantic import TypeAdapter, ValidationError

from darkroom.errors import ForbiddenError, InvalidInputError, PublicationNotFoundError
from darkroom.images.ingestion import File
from darkroom.models.publication import Publication
from darkroom.web.caller import CurrentCaller
from darkroom.web.forms import FILE_SCHEMA, form_schema, read_form

_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
_BOOLEAN = TypeAdapter(bool)

# The routes parse the form themselves, after the owner of the publication is known.
IMAGE_FORM = form_schema(["image"], {"image": FILE_SCHEMA, "isPremium": {"type": "boolean"}})
MAX_FORM_FILES = 4


async def find_publication(
    publication_id: Annotated[str, Path(alias="publicationId")],
) -> Publication:
    if not _ID.fullmatch(publication_id):
        raise PublicationNotFoundError
    return Publication.find(publication_id)


PublicationInPath = Annotated[Publication, Depends(find_publication)]


async def require_owner(publication: PublicationInPath, caller: CurrentCaller) -> Publication:
    if publication.owner_sub != caller.sub:
        raise ForbiddenError("Only the owner may change a publication")
    return publication


OwnPublication = Annotated[Publication, Depends(require_owner)]


async def image_in_form(request: Request, publication: OwnPublication) -> tuple[File, bool]:
    """The image of the form, and whether the form claims a premium user."""
    fields = await read_form(request, MAX_FORM_FILES)
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


ImageInForm = Annotated[tuple[File, bool], Depends(image_in_form)]
