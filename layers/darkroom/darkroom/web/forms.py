"""Multipart forms: the files and texts of a request."""

import re
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import UploadFile

from darkroom.errors import InvalidInputError
from darkroom.images.ingestion import File
from darkroom.web.multipart import MAX_PARTS

NO_FILES = "No files provided"

# PHP and libraries for browsers write a repeated field with brackets, some with an index.
_FILES_FIELD = re.compile(r"files(\[[0-9]*\])?")

_EMPTY_INPUT = File("", b"")


async def read_form(request: Request, max_files: int) -> list[tuple[str, File | str]]:
    """The fields of a form, in the order sent, without empty file inputs.

    Raises `HTTPException` with 400 for an invalid form and for more than `max_files` files.
    """
    form = await request.form(max_files=max_files)
    fields = [(name, await _read(value)) for name, value in form.multi_items()]
    return [(name, value) for name, value in fields if value != _EMPTY_INPUT]


def uploaded_files(max_files: int) -> Callable[[Request], Coroutine[Any, Any, list[File]]]:
    """A dependency that returns the files of the fields `files`, in the order sent."""

    async def files_of_form(request: Request) -> list[File]:
        fields = await read_form(request, max_files)
        files = [_require_file(value) for name, value in fields if _FILES_FIELD.fullmatch(name)]
        if not files:
            raise InvalidInputError(NO_FILES)
        return files

    return files_of_form


def at_most_one_file(field: str) -> Callable[[Request], Coroutine[Any, Any, None]]:
    """A dependency for routes that declare the field as one `UploadFile`, which ignores others."""

    async def reject_several(request: Request) -> None:
        values = [value for name, value in await read_form(request, MAX_PARTS) if name == field]
        if len(values) > 1:
            item = {"type": "too_long", "loc": ("body", field), "ctx": {"max_length": 1}}
            raise RequestValidationError([{**item, "msg": "expected one file"}])

    return reject_several


def form_schema(required: list[str], properties: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI description of a form that a route parses itself."""
    schema = {"type": "object", "required": required, "properties": properties}
    content = {"multipart/form-data": {"schema": schema}}
    return {"requestBody": {"required": True, "content": content}}


FILE_SCHEMA = {"type": "string", "format": "binary"}
FILES_FORM = form_schema(["files"], {"files": {"type": "array", "items": FILE_SCHEMA}})


def _require_file(value: File | str) -> File:
    if isinstance(value, str):
        raise InvalidInputError("files: expected a file, not text")
    return value


async def _read(value: UploadFile | str) -> File | str:
    return value if isinstance(value, str) else File(value.filename or "", await value.read())
