"""What the open groups ask of their callers in the contract mode `hardened`, and in that alone."""

from typing import Annotated

from fastapi import Depends, Request

from darkroom.contract_mode import IS_HARDENED
from darkroom.errors import ForbiddenError
from darkroom.web.caller import VISITOR, Caller

ADMINISTRATORS = "admin"

if IS_HARDENED:
    # Its cryptography costs a cold start more than all the rest of an open group.
    from darkroom import tokens


async def visitor(request: Request) -> Caller | None:
    """Whose token a request has; nobody's where none is asked for.

    Raises `UnauthorizedError` without a valid one in `hardened`.
    """
    if not IS_HARDENED:
        return None
    claims = tokens.verify(tokens.bearer(request.headers))
    known = Caller(claims.sub, claims.username, frozenset(claims.groups))
    request.scope[VISITOR] = known
    return known


Visitor = Annotated[Caller | None, Depends(visitor)]


def is_administrator(visitor: Caller | None) -> bool:
    """Whether everything is allowed; in `documented` it is to everybody."""
    return visitor is None or ADMINISTRATORS in visitor.groups


async def administrator(visitor: Visitor) -> None:
    """Raises `ForbiddenError` for a token that is no administrator's."""
    if not is_administrator(visitor):
        raise ForbiddenError("Administrators only")


ASK_FOR_TOKEN = Depends(visitor)
ASK_FOR_ADMINISTRATOR = Depends(administrator)
