"""Keys of requests in the open groups."""

from fastapi import Request

from darkroom.web.caller import caller_name
from darkroom.web.hardened import visitor
from darkroom.web.idempotency import KeyedRoute


async def _name(request: Request) -> str:
    await visitor(request)  # a route's own dependencies come later
    return await caller_name(request)


class GuardedRoute(KeyedRoute):
    """A key belongs to the visitor whose token the group itself verifies."""

    name_caller = staticmethod(_name)
