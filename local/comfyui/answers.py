"""Answers in the manner of aiohttp, which a real host runs on."""

import json
from typing import Any

from starlette.responses import JSONResponse, PlainTextResponse, Response

# Real hosts tell their folders in tracebacks and more: callers must be seen not to pass them on.
FOLDER = "/opt/comfyui"


class Json(JSONResponse):
    media_type = "application/json; charset=utf-8"

    def render(self, content: Any) -> bytes:
        return json.dumps(content).encode()  # NaN and half letters too, as Python writes them


def empty(status: int = 200) -> Response:
    return Response(status_code=status)


def refused(finding: dict[str, Any], node_errors: dict[str, Any] | None = None) -> Response:
    return Json({"error": finding, "node_errors": node_errors or {}}, 400)


def unknown_path() -> Response:
    return Response(status_code=404, media_type="application/octet-stream")


def too_large(limit: int) -> Response:
    return PlainTextResponse(f"Maximum request body size {limit} exceeded.", 413)


def trouble() -> Response:
    return PlainTextResponse("500 Internal Server Error\n\nServer got itself in trouble", 500)
