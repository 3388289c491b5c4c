"""Multipart forms: the files and texts of a request."""

from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

from darkroom import settings
from darkroom.errors import InvalidInputError
from darkroom.images.ingestion import File

MAX_FILES = settings.integer("MAX_FILES")

# Browsers' form builders and PHP's habits write a repeated field with brackets.
_NAMES = ("files", "files[]")

_NOTHING = File("", b"")


async def read_form(request: Request) -> list[tuple[str, File | str]]:
    """The fields of a form, in the order sent, without file inputs that were left empty.

    Raises `HTTPException` with 400 for a form that cannot be read.
    """
    async with request.form(max_files=MAX_FILES) as form:
        fields = [(name, await _read(value)) for name, value in form.multi_items()]
    return [(name, value) for name, value in fields if value != _NOTHING]


async def uploaded_files(request: Request) -> list[File]:
    """The files of the fields `files`, in the order sent. Raises `InvalidInputError`."""
    files = []
    for name, value in await read_form(request):
        if name in _NAMES:
            if isinstance(value, str):
                raise InvalidInputError("files: expected a file, not text")
            files.append(value)
    if not files:
        raise InvalidInputError("No files provided")
    return files


async def _read(value: UploadFile | str) -> File | str:
    return value if isinstance(value, str) else File(value.filename or "", await value.read())


UploadedFiles = Annotated[list[File], Depends(uploaded_files)]

# The form is read by hand, so OpenAPI has to be told of it.
MULTIPART_FILES: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "properties": {
                        "files": {
                            "type": "array",
                            "items": {"type": "string", "format": "binary"},
                        }
                    },
                }
            }
        },
    }
}
