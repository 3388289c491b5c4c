"""Lists over HTTP: `limit` and `cursor` in, a bare array and a `Link` header out."""

from collections.abc import Callable, Iterable
from typing import Annotated, TypeVar
from urllib.parse import urlencode

from fastapi import Query, Request, Response

from darkroom import paging
from darkroom.paging import MAX_LIMIT, Cursor, Group

G = TypeVar("G", bound=Group)

Limit = Annotated[int | None, Query(ge=1, le=MAX_LIMIT, description="At most so many elements.")]
CursorText = Annotated[
    str | None, Query(alias="cursor", description="Where to go on, from the last answer's Link.")
]


def list_response(
    request: Request,
    groups: Iterable[G],
    start: Cursor,
    listing: str,
    limit: int | None,
    render: Callable[[G], list[bytes]],
) -> Response:
    """One page of a list as an array, with a link to the next one where there is more."""
    page = paging.cut(groups, start, limit, render)
    headers = {}
    if page.following:
        headers["Link"] = f'<{_next_url(request, page.following, listing, limit)}>; rel="next"'
    body = b"[" + b",".join(page.elements) + b"]"
    return Response(body, media_type="application/json", headers=headers)


def _next_url(request: Request, cursor: Cursor, listing: str, limit: int | None) -> str:
    query = {"limit": str(limit)} if limit else {}
    query["cursor"] = paging.encode(cursor, listing)
    # The context's path is the public one: it has the stage, or a custom domain's base path.
    path = request.scope["aws.event"]["requestContext"]["path"]
    return f"{path}?{urlencode(query)}"
