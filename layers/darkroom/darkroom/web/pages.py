"""Lists over HTTP: the parameters `limit` and `cursor`, an array and a `Link` header."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Query, Request, Response
from pydantic import Field

from darkroom import paging
from darkroom.paging import MAX_LIMIT, Cursor, Group
from darkroom.web.integer_ids import ASCII_DIGITS

G = TypeVar("G", bound=Group)

_Limit = Annotated[int, Field(ge=1, le=MAX_LIMIT), ASCII_DIGITS]


@dataclass(frozen=True)
class Page:
    """The requested page of a list."""

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
        """The page as an array, with a link to the next page if there is one.

        `rows` queries the rows after a cursor, for `limit` elements. Raises `InvalidInputError` for
        a cursor of another `listing`.
        """
        start = paging.decode(self.cursor, listing, shards)
        page = paging.cut_page(rows(start, self.limit), start, self.limit, render)
        headers = {}
        if page.next_cursor:
            headers["Link"] = f'<{self._url(page.next_cursor, listing)}>; rel="next"'
        body = b"[" + b",".join(page.elements) + b"]"
        return Response(body, media_type="application/json", headers=headers)

    def _url(self, cursor: Cursor, listing: str) -> str:
        query = {"limit": str(self.limit)} if self.limit else {}
        query["cursor"] = paging.encode(cursor, listing)
        # The path of the context includes the stage or the base path of a custom domain.
        path = self.request.scope["aws.event"]["requestContext"]["path"]
        return f"{path}?{urlencode(query)}"


async def _page(
    request: Request,
    limit: Annotated[_Limit | None, Query(description="The maximum number of elements.")] = None,
    cursor: Annotated[
        str | None, Query(description="Where the page begins: from the Link of the last page.")
    ] = None,
) -> Page:
    return Page(request, limit, cursor)


RequestedPage = Annotated[Page, Depends(_page)]
