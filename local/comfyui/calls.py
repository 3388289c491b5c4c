"""What came in, read as far as every operation needs it."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request

LONGEST_RECORDED = 1000
LOOPBACK = {"127.0.0.1", "localhost"}


class OddBodyError(Exception):
    """A body that a real host stumbles over, with a 500."""


class TooLargeError(Exception):
    """A body above the host's limit."""


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    query: dict[str, str]
    path_params: dict[str, str]
    body: bytes = field(repr=False)

    def json(self) -> Any:
        """Raises `OddBodyError`."""
        try:
            return json.loads(self.body)
        except ValueError:
            raise OddBodyError from None

    def document(self) -> dict[str, Any]:
        """The body's object. Raises `OddBodyError` when it holds none."""
        document = self.json()
        if not isinstance(document, dict):
            raise OddBodyError
        return document

    def record(self, operation: str) -> dict[str, Any]:
        """What the journal shows: the body as it was read, or the beginning of its text."""
        try:
            body = self.json()
        except OddBodyError:
            body = self.body[:LONGEST_RECORDED].decode(errors="replace")
        return {
            "operation": operation,
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "body": body,
        }


async def read_call(request: Request, limit: int) -> Call:
    """Raises `TooLargeError` once the whole body is through."""
    size, kept = 0, []
    async for chunk in request.stream():
        size += len(chunk)
        if size <= limit:
            kept.append(chunk)
    if size > limit:
        raise TooLargeError
    return Call(
        method=request.method,
        path=request.url.path,
        query=dict(request.query_params),
        path_params=request.path_params,
        body=b"".join(kept),
    )


def from_elsewhere(request: Request) -> bool:
    """A page of another site calls, as a browser tells."""
    if request.headers.get("sec-fetch-site") == "cross-site":
        return True
    host = request.headers.get("host", "")
    origin = request.headers.get("origin")
    return bool(origin) and host.split(":")[0] in LOOPBACK and urlsplit(origin).netloc != host
