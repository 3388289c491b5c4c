"""The caller of a request, as the gateway's authorizer identified them."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from darkroom.errors import UnauthorizedError
from darkroom.tokens.expiry import has_expired

ANONYMOUS = "anonymous"
VERIFIED_CALLER = "darkroom.verified_caller"  # key of the request's scope, set by open groups


@dataclass(frozen=True)
class Caller:
    sub: str
    username: str
    groups: frozenset[str]


async def caller(request: Request) -> Caller:
    """The caller. Raises `UnauthorizedError` for an expired token, which the gateway's cache of
    authorizer results may still admit."""
    context = request.scope["aws.event"]["requestContext"].get("authorizer") or {}
    if has_expired(int(context.get("exp", 0))):
        raise UnauthorizedError
    groups = frozenset(filter(None, context.get("groups", "").split(",")))
    return Caller(context["sub"], context["username"], groups)


async def caller_id(request: Request) -> str:
    """The subject of a caller with a verified token, else `anonymous`."""
    if request.scope["aws.event"]["requestContext"].get("authorizer"):
        return (await caller(request)).sub
    verified: Caller | None = request.scope.get(VERIFIED_CALLER)
    return verified.sub if verified else ANONYMOUS


CurrentCaller = Annotated[Caller, Depends(caller)]
