"""Read an API request with its parameters from the query, a form, multipart or JSON."""

import json
import re
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request

from local.cloudinary.errors import CloudinaryError, missing_parameter

# Cloudinary accepts requests of up to 100 MB, and a data URI is a form field.
MAX_FIELD_BYTES = 100_000_000
SECRETS = {"api_key", "signature"}

Params = dict[str, list[str]]


@dataclass(frozen=True)
class File:
    name: str
    content: bytes


@dataclass(frozen=True)
class Call:
    """One request to the Upload or Admin API."""

    operation: str
    method: str
    path: str
    host: str
    authorization: str
    path_params: dict[str, str]
    params: Params
    file: File | None

    def text(self, name: str, default: str = "") -> str:
        return ",".join(self.params.get(name, [default]))

    def required(self, name: str) -> str:
        if name not in self.params:
            raise missing_parameter(name)
        return self.text(name)

    def number(self, name: str, default: int) -> int:
        try:
            return int(self.text(name, str(default)))
        except ValueError:
            raise CloudinaryError(400, f"Invalid value for parameter {name}") from None

    def flag(self, name: str, default: str = "0") -> bool:
        return self.text(name, default).lower() in {"1", "true"}

    def text_list(self, name: str) -> list[str]:
        return [item for item in self.text(name).split(",") if item]

    def record(self) -> dict[str, Any]:
        """The item of `/_requests`, without secrets."""
        parameters = {
            name: self.text(name)[:1000] if len(values) == 1 else values
            for name, values in self.params.items()
            if name not in SECRETS
        }
        if self.file:
            parameters["file"] = f"{self.file.name} ({len(self.file.content)} bytes)"
        return {
            "operation": self.operation,
            "method": self.method,
            "path": self.path,
            "parameters": parameters,
        }


async def read_call(request: Request, operation: str) -> Call:
    params: Params = {}
    file = None
    for name, value in [*request.query_params.multi_items(), *await _read_body(request)]:
        if isinstance(value, File):
            file = value
        elif value:
            # Older SDKs send lists with indexes: public_ids[0], public_ids[1].
            params.setdefault(re.sub(r"\[\d*\]$", "", name), []).append(value)
    return Call(
        operation=operation,
        method=request.method,
        path=request.url.path,
        host=request.headers.get("host", request.url.netloc),
        authorization=request.headers.get("authorization", ""),
        path_params=request.path_params,
        params=params,
        file=file,
    )


async def _read_body(request: Request) -> list[tuple[str, str | File]]:
    if "json" in request.headers.get("content-type", ""):
        return _read_json(await request.body())
    async with request.form(max_part_size=MAX_FIELD_BYTES) as form:
        return [
            (name, await _read_file(value) if isinstance(value, UploadFile) else value)
            for name, value in form.multi_items()
        ]


async def _read_file(upload: UploadFile) -> File:
    return File(upload.filename or "file", await upload.read())


def _read_json(body: bytes) -> list[tuple[str, str | File]]:
    try:
        document = json.loads(body or b"{}")
    except ValueError:
        raise CloudinaryError(400, "Invalid JSON in the request body") from None
    if not isinstance(document, dict):
        raise CloudinaryError(400, "The request body has to be a JSON object")
    return [
        (name, _to_text(item))
        for name, value in document.items()
        if value is not None
        for item in (value if isinstance(value, list) else [value])
    ]


def _to_text(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    # JSON can contain a lone surrogate, which cannot be encoded as UTF-8.
    return text.encode(errors="replace").decode()
