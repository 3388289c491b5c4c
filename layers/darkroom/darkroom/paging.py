"""Pages of a list that fit a Lambda response, and the cursor of the next page.

An index is spread over N shards, which are read in parallel and merged. Its rows are groups (a
story) of the list's elements (its images), so a page may end inside a group.
"""

import base64
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

from darkroom.errors import InvalidInputError

MAX_LIMIT = 1000
BYTE_BUDGET = 5_000_000  # a Lambda response may have 6,291,556 bytes, including headers

_POSITION = re.compile(r"[\w:.#~-]{0,128}", re.ASCII)


class Group(Protocol):
    """A row of an index, ordered by position within its shard."""

    @property
    def shard(self) -> float: ...

    @property
    def position(self) -> str: ...


G = TypeVar("G", bound=Group)
T = TypeVar("T")


@dataclass(frozen=True)
class Element(Generic[T]):
    """A group with one element, for rows that do not store their shard."""

    shard: int
    position: str
    item: T


@dataclass(frozen=True)
class Cursor:
    """The start of a page: after one position per shard ("" is the beginning), and inside the
    group at the position `partial` after its first `offset` elements."""

    after: tuple[str, ...]
    partial: str = ""
    offset: int = 0

    def past(self, group: Group) -> "Cursor":
        shard = int(group.shard)
        return Cursor((*self.after[:shard], group.position, *self.after[shard + 1 :]))

    def inside(self, group: Group, offset: int) -> "Cursor":
        return replace(self, partial=group.position, offset=offset)

    def offset_in(self, group: Group) -> int:
        return self.offset if group.position == self.partial else 0


@dataclass(frozen=True)
class Page:
    """The elements of a page as JSON, and the cursor of the next page if there is one."""

    elements: list[bytes]
    next_cursor: Cursor | None


def cut_page(
    groups: Iterable[G],
    cursor: Cursor,
    limit: int | None,
    render: Callable[[G], list[bytes]],
) -> Page:
    """The page that begins at the cursor: at most `limit` elements and `BYTE_BUDGET` bytes."""
    page: list[bytes] = []
    size = 0
    for group in groups:
        elements = render(group)
        for offset in range(cursor.offset_in(group), len(elements)):
            size += _size_in_response(elements[offset])
            if len(page) == limit or size > BYTE_BUDGET:
                return Page(page, cursor.inside(group, offset))
            page.append(elements[offset])
        cursor = cursor.past(group)
    return Page(page, None)


def _size_in_response(element: bytes) -> int:
    # Lambda encodes a body as a JSON string: quotes are escaped, and on some runtimes all
    # characters other than ASCII.
    return len(json.dumps(element.decode())) + 1


def encode(cursor: Cursor, listing: str) -> str:
    """The cursor as opaque text that only the same listing accepts."""
    fields = [listing, cursor.after, cursor.partial, cursor.offset]
    return base64.urlsafe_b64encode(json.dumps(fields).encode()).decode().rstrip("=")


def decode(text: str | None, listing: str, shards: int) -> Cursor:
    """The cursor in the text, or the beginning. Raises `InvalidInputError` for any other text."""
    if text is None:
        return Cursor(("",) * shards)
    try:
        fields = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        origin, after, partial, offset = fields
        if origin == listing and len(after) == shards and type(offset) is int and offset >= 0:
            return Cursor(tuple(map(_position, after)), _position(partial), offset)
    except (ValueError, TypeError, RecursionError):
        pass
    raise InvalidInputError("cursor: not a cursor of this list")


def _position(value: object) -> str:
    # DynamoDB rejects keys above 1,024 bytes.
    if isinstance(value, str) and _POSITION.fullmatch(value):
        return value
    raise ValueError(value)
