"""Keys of requests in the open groups."""

from fastapi import Request

from darkroom.web.callers import ANONYMOUS
from darkroom.web.guards import visitor
from darkroom.web.keys import KeyedRoute


def _name(request: Request) -> str:
    known = visitor(request)
    return known.sub if known else ANONYMOUS


class GuardedRoute(KeyedRoute):
    """A key belongs to the visitor whose token the group itself verifies."""

    name_caller = staticmethod(_name)
