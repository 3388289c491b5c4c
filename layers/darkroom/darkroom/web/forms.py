"""Multipart forms: the files of a request."""

from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile

from darkroom import settings
from darkroom.errors import InvalidInputError
from darkroom.ingest import File

MAX_FILES = settings.integer("MAX_FILES")

# Browsers' form builders and PHP's habits write a repeated field with brackets.
_NAMES = ("files", "files[]")


async def uploaded_files(request: Request) -> list[File]:
    """The files of the fields `files`, in the order sent. Raises `InvalidInputError`."""
    async with request.form(max_files=MAX_FILES) as form:
        files = [await _read(field) for field in _fields(form)]
    files = [file for file in files if file.name or file.content]
    if not files:
        raise InvalidInputError("No files provided")
    return files


def _fields(form: FormData) -> list[UploadFile | str]:
    return [value for name, value in form.multi_items() if name in _NAMES]


async def _read(field: UploadFile | str) -> File:
    if isinstance(field, str):
        raise InvalidInputError("files: expected a file, not text")
    return File(field.filename or "", await field.read())


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
