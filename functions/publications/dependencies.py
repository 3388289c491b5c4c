"""What a call is about: the publication in its path and the image in its form."""

import re
from typing import Annotated, Any

from fastapi import Depends, Path, Request
from pydantic import TypeAdapter, ValidationError

from darkroom.errors import ForbiddenError, InvalidInputError, NotFoundError
from darkroom.images.ingestion import File
from darkroom.models.publication import Publication
from darkroom.web.caller import CurrentCaller
from darkroom.web.forms import read_form

_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
_BOOLEAN = TypeAdapter(bool)

# The form is read by hand, after it is known whose publication it is for.
IMAGE_FORM: dict[str, Any] = {
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


async def known_publication(
    publication_id: Annotated[str, Path(alias="publicationId")],
) -> Publication:
    if not _ID.fullmatch(publication_id):
        raise NotFoundError("No publication has such an id")
    return Publication.find(publication_id)


KnownPublication = Annotated[Publication, Depends(known_publication)]


async def own_publication(publication: KnownPublication, caller: CurrentCaller) -> Publication:
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
