"""Headers of every response, and the uniform treatment of methods and paths (ASGI middleware)."""

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.datastructures import MutableHeaders
from starlette.routing import Match
from starlette.types import Message, Receive, Scope, Send

from darkroom import settings
from darkroom.web.caching import add_caching

CORS_ORIGIN = settings.text("CORS_ORIGIN")
EXPOSED_HEADERS = "Link, Location, Retry-After, X-Request-Id, Idempotent-Replayed"


class ResponseHeaders:
    """Adds CORS, request id, caching and `Allow` headers, also to errors of the framework.

    Serves HEAD like GET, and a path with one trailing slash like the path without it, unless a
    route contains the slash.
    """

    def __init__(self, app: FastAPI) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_head = scope["method"] == "HEAD"
        scope = {**scope, "method": "GET" if is_head else scope["method"]}
        scope["path"] = self._routed_path(scope)
        start: Message = {}

        async def send_with_headers(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message  # sent with the body, which the ETag depends on
                return
            body = self._add_headers(scope, start, message["body"])
            await send(start)
            await send({**message, "body": b"" if is_head else body})

        await self.app(scope, receive, send_with_headers)

    def _add_headers(self, scope: Scope, start: Message, body: bytes) -> bytes:
        """Complete the start of the response; return the body to send."""
        headers = MutableHeaders(scope=start)
        headers["Access-Control-Allow-Origin"] = CORS_ORIGIN
        headers["Access-Control-Expose-Headers"] = EXPOSED_HEADERS
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Request-Id"] = scope["aws.event"]["requestContext"].get("requestId", "")
        if start["status"] == 405:
            headers["Allow"] = self._allowed_methods(scope["path"])
        return add_caching(scope, start, body)

    def _allowed_methods(self, path: str) -> str:
        """The methods of the path, without those of undocumented routes, which reject requests."""
        routes = [r for r in iter_route_contexts(self.app.routes) if r.path_regex.match(path)]
        methods = {
            method
            for route in routes
            if route.path_format == routes[0].path_format and route.include_in_schema
            for method in route.methods or ()
        }
        return ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))

    def _routed_path(self, scope: Scope) -> str:
        path = str(scope["path"])
        if path == "/" or not path.endswith("/") or self._has_route(scope):
            return path
        return path.removesuffix("/")

    def _has_route(self, scope: Scope) -> bool:
        return any(route.matches(scope)[0] is Match.FULL for route in self.app.routes)
