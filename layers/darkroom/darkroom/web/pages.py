"""Lists over HTTP: `limit` and `cursor` in, a bare array and a `Link` header out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Query, Request, Response

from darkroom import paging
from darkroom.paging import MAX_LIMIT, Cursor, Group

G = TypeVar("G", bound=Group)


@dataclass(frozen=True)
class Page:
    """The page of a list that a request asks for."""

    request: Request
    limit: int | None
    cursor: str | None

    def of(
        self,
        listing: str,
        rows: Callable[[Cursor, int | None], Iterable[G]],
        render: Callable[[G], list[bytes]],
        shards: int = 1,
    ) -> Response:
        """The page as an array, with a link to the next one where there is more.

        `rows` gives what comes after a cursor, by queries for `limit` of them. Raises
        `InvalidInputError` for a cursor that is not of this `listing`.
        """
        start = paging.decode(self.cursor, listing, shards)
        page = paging.cut(rows(start, self.limit), start, self.limit, render)
        headers = {}
        if page.following:
            headers["Link"] = f'<{self._url(page.following, listing)}>; rel="next"'
        body = b"[" + b",".join(page.elements) + b"]"
        return Response(body, media_type="application/json", headers=headers)

    def _url(self, cursor: Cursor, listing: str) -> str:
        query = {"limit": str(self.limit)} if self.limit else {}
        query["cursor"] = paging.encode(cursor, listing)
        # The context's path is the public one: it has the stage, or a custom domain's base path.
        path = self.request.scope["aws.event"]["requestContext"]["path"]
        return f"{path}?{urlencode(query)}"


async def _page(
    request: Request,
    limit: Annotated[
        int | None, Query(ge=1, le=MAX_LIMIT, description="At most so many elements.")
    ] = None,
    cursor: Annotated[
        str | None, Query(description="Where to go on, from the last answer's Link.")
    ] = None,
) -> Page:
    return Page(request, limit, cursor)


AskedPage = Annotated[Page, Depends(_page)]
