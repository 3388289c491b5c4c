"""The checks that the contract mode `hardened` adds to the open groups."""

from typing import Annotated

from fastapi import Depends, Request

from darkroom.contract_mode import IS_HARDENED
from darkroom.errors import ForbiddenError
from darkroom.web.caller import VERIFIED_CALLER, Caller, caller_id

ADMINISTRATORS = "admin"

if IS_HARDENED:
    # PyJWT's cryptography takes longer to load than all other code of an open group.
    from darkroom.tokens import verification


async def verified_caller(request: Request) -> Caller | None:
    """The caller of a valid token; None in `documented`, which requires no token.

    Raises `UnauthorizedError`.
    """
    if not IS_HARDENED:
        return None
    claims = verification.verify(verification.bearer_token(request.headers))
    caller = Caller(claims.sub, claims.username, frozenset(claims.groups))
    request.scope[VERIFIED_CALLER] = caller
    return caller


VerifiedCaller = Annotated[Caller | None, Depends(verified_caller)]


def is_administrator(caller: Caller | None) -> bool:
    """Whether the caller may do everything; in `documented` every caller may."""
    return caller is None or ADMINISTRATORS in caller.groups


async def require_administrator(caller: VerifiedCaller) -> None:
    """Raises `ForbiddenError`."""
    if not is_administrator(caller):
        raise ForbiddenError("Administrators only")


REQUIRE_TOKEN = Depends(verified_caller)
REQUIRE_ADMINISTRATOR = Depends(require_administrator)


async def verified_caller_id(request: Request) -> str:
    """The id of an open group's caller, before the route resolves its own dependencies."""
    await verified_caller(request)
    return await caller_id(request)
