"""Keys of requests in the open groups."""

from fastapi import Request

from darkroom.web.callers import caller_name
from darkroom.web.guards import visitor
from darkroom.web.keys import KeyedRoute


def _name(request: Request) -> str:
    visitor(request)  # a route's own dependencies come later
    return caller_name(request)


class GuardedRoute(KeyedRoute):
    """A key belongs to the visitor whose token the group itself verifies."""

    name_caller = staticmethod(_name)
