"""What a client or a proxy may keep of an answer."""

from hashlib import blake2b

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Scope


def complete(scope: Scope, start: Message, body: bytes) -> bytes:
    """Say on an answer's start what may be kept; the body that is left to send.

    A route's own `Cache-Control` stands, and tells that everybody gets the same. Without one, what
    is got without a token may be kept and has to be asked about each time, and everything else may
    not be kept. Who has the body already gets 304.
    """
    headers = MutableHeaders(scope=start)
    is_public = "Cache-Control" in headers or not _is_personal(scope)
    can_be_kept = is_public and scope["method"] == "GET" and start["status"] == 200
    headers.setdefault("Cache-Control", "no-cache" if can_be_kept else "no-store")
    if not can_be_kept:
        return body
    headers["ETag"] = f'"{blake2b(body, digest_size=16).hexdigest()}"'
    if not _has(scope, headers["ETag"]):
        return body
    start["status"] = 304
    del headers["Content-Length"], headers["Content-Type"]
    return b""


def _is_personal(scope: Scope) -> bool:
    is_authorized = bool(scope["aws.event"]["requestContext"].get("authorizer"))
    return is_authorized or "authorization" in Headers(scope=scope)


def _has(scope: Scope, tag: str) -> bool:
    """Whether the request names the tag, which a proxy may have weakened, among what it has."""
    named = ",".join(Headers(scope=scope).getlist("if-none-match")).split(",")
    return bool({"*", tag} & {name.strip().removeprefix("W/") for name in named})
