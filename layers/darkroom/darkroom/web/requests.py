"""Requests whose bodies are read completely or rejected, and their routes."""

import io
import json
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.datastructures import FormData, Headers, UploadFile

from darkroom.web.media_types import FORM, MediaType
from darkroom.web.multipart import MAX_PARTS, InvalidFormError, Part, parse

INVALID_TEXT = {"type": "string_unicode", "msg": "Input should be valid Unicode text"}

Respond = Callable[[Request], Coroutine[Any, Any, Response]]


class CompleteRequest(Request):
    """A request that, unlike Starlette's, does not drop parts of a form or accept invalid text."""

    @classmethod
    def of(cls, request: Request) -> "CompleteRequest":
        if isinstance(request, CompleteRequest):
            return request
        return cls(request.scope, request.receive)

    async def json(self) -> Any:
        """The body. Raises `RequestValidationError` for text that no store accepts: lone
        surrogates, which JSON can contain only as escapes."""
        value = await super().json()
        if b"\\u" in await self.body():
            _require_text(value)
        return value

    async def parts(self) -> list[Part] | None:
        """The parts of a multipart form; None for other bodies. Raises `InvalidFormError`."""
        media_type = MediaType.parse(self.headers.get("Content-Type", ""))
        return parse(await self.body(), media_type) if media_type.essence == FORM else None

    async def form(  # type: ignore[override]  # no files are open that a context would close
        self,
        *,
        max_files: float = MAX_PARTS,
        max_fields: float = MAX_PARTS,
        max_part_size: int = 0,  # has a constant limit
    ) -> FormData:
        """The fields of a form; empty for other bodies. Raises `InvalidFormError`."""
        parts = await self.parts()
        if parts is None:
            return await super().form()
        if sum(part.filename is not None for part in parts) > max_files:
            raise InvalidFormError(f"The form has more than {max_files} files")
        return FormData([(part.name, _value(part)) for part in parts])


def _require_text(body: Any) -> None:
    """Raises `RequestValidationError` with the first field whose text is invalid."""
    if _is_text(body):
        return
    fields = body.items() if isinstance(body, dict) else ()
    invalid = [name for name, value in fields if _is_text(name) and not _is_text(value)]
    raise RequestValidationError([INVALID_TEXT | {"loc": ("body", *invalid[:1])}])


def _is_text(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _value(part: Part) -> UploadFile | str:
    if part.filename is None:
        return part.text
    headers = Headers({"Content-Type": part.content_type} if part.content_type else {})
    content = io.BytesIO(part.content)
    return UploadFile(content, size=len(part.content), filename=part.filename, headers=headers)


class CompleteRoute(APIRoute):
    """A route whose endpoint and dependencies receive a `CompleteRequest`."""

    def get_route_handler(self) -> Respond:
        respond = super().get_route_handler()

        async def respond_to_form(request: Request) -> Response:
            return await respond(CompleteRequest.of(request))

        return respond_to_form
