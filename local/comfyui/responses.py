"""Responses in the format of aiohttp, the web server of a real host."""

import json
from typing import Any

from starlette.responses import JSONResponse, PlainTextResponse, Response

# Real hosts reveal their folders, in tracebacks for example. Tests check that no client
# passes them on.
FOLDER = "/opt/comfyui"


class Json(JSONResponse):
    media_type = "application/json; charset=utf-8"

    def render(self, content: Any) -> bytes:
        return json.dumps(content).encode()  # like aiohttp, accepts NaN and lone surrogates


def empty(status: int = 200) -> Response:
    return Response(status_code=status)


def rejected_prompt(error: dict[str, Any], node_errors: dict[str, Any] | None = None) -> Response:
    return Json({"error": error, "node_errors": node_errors or {}}, 400)


def unknown_path() -> Response:
    return Response(status_code=404, media_type="application/octet-stream")


def too_large(limit: int) -> Response:
    return PlainTextResponse(f"Maximum request body size {limit} exceeded.", 413)


def internal_error() -> Response:
    return PlainTextResponse("500 Internal Server Error\n\nServer got itself in trouble", 500)
