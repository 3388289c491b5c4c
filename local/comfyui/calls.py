"""Read a request to the host, as far as all operations have in common."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request

MAX_RECORDED_TEXT = 1000
LOOPBACK = {"127.0.0.1", "localhost"}


class InvalidBodyError(Exception):
    """A body for which a real host returns a 500."""


class TooLargeError(Exception):
    """A body above the host's limit."""


@dataclass(frozen=True)
class Call:
    """One request to an operation of the host."""

    method: str
    path: str
    query: dict[str, str]
    path_params: dict[str, str]
    body: bytes = field(repr=False)

    def json(self) -> Any:
        """Raises `InvalidBodyError`."""
        try:
            return json.loads(self.body)
        except ValueError:
            raise InvalidBodyError from None

    def json_object(self) -> dict[str, Any]:
        """Raises `InvalidBodyError` unless the body is a JSON object."""
        document = self.json()
        if not isinstance(document, dict):
            raise InvalidBodyError
        return document

    def record(self, operation: str) -> dict[str, Any]:
        """The item of `/_requests`: with the parsed body, or the start of its text."""
        try:
            body = self.json()
        except InvalidBodyError:
            body = self.body[:MAX_RECORDED_TEXT].decode(errors="replace")
        return {
            "operation": operation,
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "body": body,
        }


async def read_call(request: Request, limit: int) -> Call:
    """Raises `TooLargeError`, after it has read the whole body."""
    size, chunks = 0, []
    async for chunk in request.stream():
        size += len(chunk)
        if size <= limit:
            chunks.append(chunk)
    if size > limit:
        raise TooLargeError
    return Call(
        method=request.method,
        path=request.url.path,
        query=dict(request.query_params),
        path_params=request.path_params,
        body=b"".join(chunks),
    )


def is_cross_site(request: Request) -> bool:
    """Whether a browser sent the request for a page of another site."""
    if request.headers.get("sec-fetch-site") == "cross-site":
        return True
    host = request.headers.get("host", "")
    origin = request.headers.get("origin")
    return bool(origin) and host.split(":")[0] in LOOPBACK and urlsplit(origin).netloc != host
