"""HTTP caching: `Cache-Control`, `ETag` and 304."""

from hashlib import blake2b

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Scope


def add_caching(scope: Scope, start: Message, body: bytes) -> bytes:
    """Add caching headers to the start of a response; return the body to send.

    A route that sets `Cache-Control` itself returns the same response to every caller. Otherwise, a
    successful GET without a token may be cached and has to be revalidated; any other response must
    not be stored. A client that has the body already gets 304.
    """
    headers = MutableHeaders(scope=start)
    is_public = "Cache-Control" in headers or not _is_authorized(scope)
    is_cacheable = is_public and scope["method"] == "GET" and start["status"] == 200
    headers.setdefault("Cache-Control", "no-cache" if is_cacheable else "no-store")
    if not is_cacheable:
        return body
    headers["ETag"] = f'"{blake2b(body, digest_size=16).hexdigest()}"'
    if not _matches(scope, headers["ETag"]):
        return body
    start["status"] = 304
    del headers["Content-Length"], headers["Content-Type"]
    return b""


def _is_authorized(scope: Scope) -> bool:
    has_authorizer = bool(scope["aws.event"]["requestContext"].get("authorizer"))
    return has_authorizer or "authorization" in Headers(scope=scope)


def _matches(scope: Scope, tag: str) -> bool:
    """Whether `If-None-Match` contains the tag, which a proxy may have weakened."""
    values = ",".join(Headers(scope=scope).getlist("if-none-match")).split(",")
    return bool({"*", tag} & {value.strip().removeprefix("W/") for value in values})
