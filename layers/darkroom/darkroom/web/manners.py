"""What every answer needs, whoever makes it: an ASGI wrapper around the whole app."""

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.routing import Match
from starlette.types import Message, Receive, Scope, Send

from darkroom import settings

CORS_ORIGIN = settings.text("CORS_ORIGIN")
EXPOSED_HEADERS = "Link, Location, Retry-After, X-Request-Id, Idempotent-Replayed"


class Manners:
    """Serves HEAD by GET, and a path with one trailing slash as the path without it unless a route
    takes the slash; puts CORS and a request id on every answer, also on those that the framework
    itself makes of a bug."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_head = scope["method"] == "HEAD"
        request_id = scope["aws.event"]["requestContext"].get("requestId", "")

        async def send_politely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Access-Control-Allow-Origin"] = CORS_ORIGIN
                headers["Access-Control-Expose-Headers"] = EXPOSED_HEADERS
                headers["X-Content-Type-Options"] = "nosniff"
                headers["X-Request-Id"] = request_id
            elif is_head:
                message = {**message, "body": b""}
            await send(message)

        scope = {**scope, "method": "GET" if is_head else scope["method"]}
        await self.app({**scope, "path": self._path(scope)}, receive, send_politely)

    def _path(self, scope: Scope) -> str:
        path = str(scope["path"])
        if path == "/" or not path.endswith("/") or self._is_routed(scope):
            return path
        return path.removesuffix("/")

    def _is_routed(self, scope: Scope) -> bool:
        return any(route.matches(scope)[0] is Match.FULL for route in self.app.routes)
