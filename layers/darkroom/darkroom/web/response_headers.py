"""What every answer needs, whoever makes it: an ASGI wrapper around the whole app."""

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.datastructures import MutableHeaders
from starlette.routing import Match
from starlette.types import Message, Receive, Scope, Send

from darkroom import settings
from darkroom.web import caching

CORS_ORIGIN = settings.text("CORS_ORIGIN")
EXPOSED_HEADERS = "Link, Location, Retry-After, X-Request-Id, Idempotent-Replayed"


class Manners:
    """Serves HEAD by GET, and a path with one trailing slash as the path without it unless a route
    takes the slash; puts CORS, a request id, what may be kept and which methods there are on every
    answer, also on those that the framework itself makes of a bug."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_head = scope["method"] == "HEAD"
        scope = {**scope, "method": "GET" if is_head else scope["method"]}
        scope["path"] = self._path(scope)
        start: Message = {}

        async def send_politely(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message  # held back: what may be kept of an answer shows in its body
                return
            body = self._complete(scope, start, message["body"])
            await send(start)
            await send({**message, "body": b"" if is_head else body})

        await self.app(scope, receive, send_politely)

    def _complete(self, scope: Scope, start: Message, body: bytes) -> bytes:
        """Put on an answer's start what it lacks; the body that it keeps."""
        headers = MutableHeaders(scope=start)
        headers["Access-Control-Allow-Origin"] = CORS_ORIGIN
        headers["Access-Control-Expose-Headers"] = EXPOSED_HEADERS
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Request-Id"] = scope["aws.event"]["requestContext"].get("requestId", "")
        if start["status"] == 405:
            headers["Allow"] = self._allowed(scope["path"])
        return caching.complete(scope, start, body)

    def _allowed(self, path: str) -> str:
        """The methods of the path. Routes outside the document are there to refuse theirs."""
        routes = [r for r in iter_route_contexts(self.app.routes) if r.path_regex.match(path)]
        methods = {
            method
            for route in routes
            if route.path_format == routes[0].path_format and route.include_in_schema
            for method in route.methods or ()
        }
        return ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))

    def _path(self, scope: Scope) -> str:
        path = str(scope["path"])
        if path == "/" or not path.endswith("/") or self._is_routed(scope):
            return path
        return path.removesuffix("/")

    def _is_routed(self, scope: Scope) -> bool:
        return any(route.matches(scope)[0] is Match.FULL for route in self.app.routes)
