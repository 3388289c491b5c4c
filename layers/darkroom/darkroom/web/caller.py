"""Who calls: what the authorizer said of the token."""

import time
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from darkroom.clock import GRACE_SECONDS
from darkroom.errors import UnauthorizedError

ANONYMOUS = "anonymous"
VISITOR = "darkroom.visitor"  # in the scope of a request, whom an open group has asked for a token


@dataclass(frozen=True)
class Caller:
    sub: str
    username: str
    groups: frozenset[str]


async def caller(request: Request) -> Caller:
    """The caller. Raises `UnauthorizedError` past the token's time, which the gateway's cache of
    the authorizer's answer may outlive."""
    context = request.scope["aws.event"]["requestContext"].get("authorizer") or {}
    if int(context.get("exp", 0)) + GRACE_SECONDS <= time.time():
        raise UnauthorizedError("Could not validate credentials")
    groups = frozenset(filter(None, context.get("groups", "").split(",")))
    return Caller(context["sub"], context["username"], groups)


async def caller_name(request: Request) -> str:
    """What tells callers apart: who had to show a token is known by his `sub`."""
    if request.scope["aws.event"]["requestContext"].get("authorizer"):
        return (await caller(request)).sub
    visitor: Caller | None = request.scope.get(VISITOR)
    return visitor.sub if visitor else ANONYMOUS


CurrentCaller = Annotated[Caller, Depends(caller)]
