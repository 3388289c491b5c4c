"""Pages neither lose nor repeat elements, and only a cursor of the same list is accepted."""

import base64
import heapq
import json
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from darkroom import paging
from darkroom.errors import InvalidInputError
from darkroom.paging import Cursor


@dataclass(frozen=True)
class Album:
    shard: int
    position: str
    pictures: list[str]


# Positions are unique, like creation times with ids.
albums = st.lists(
    st.tuples(st.integers(0, 2), st.lists(st.text("ab"), max_size=4)), max_size=12
).map(
    lambda drawn: [
        Album(shard, f"{number:04}", pictures) for number, (shard, pictures) in enumerate(drawn)
    ]
)


def after(stored: list[Album], cursor: Cursor) -> Iterator[Album]:
    shards = [
        [album for album in stored if album.shard == shard and album.position > start]
        for shard, start in enumerate(cursor.after)
    ]
    return heapq.merge(*shards, key=attrgetter("position"))


def render(album: Album) -> list[bytes]:
    return [
        json.dumps([album.position, picture], ensure_ascii=False).encode()
        for picture in album.pictures
    ]


@given(albums, st.integers(1, 5))
def test_all_pages_together_equal_the_list(stored: list[Album], limit: int) -> None:
    start = Cursor(("",) * 3)
    expected = paging.cut_page(after(stored, start), start, None, render).elements

    elements, cursor = [], start
    while True:
        page = paging.cut_page(after(stored, cursor), cursor, limit, render)
        elements += page.elements
        assert len(page.elements) <= limit
        if page.next_cursor is None:
            break
        cursor = paging.decode(paging.encode(page.next_cursor, "albums"), "albums", 3)

    assert elements == expected


def test_a_page_ends_within_the_byte_budget() -> None:
    stored = [Album(0, f"{number:04}", ["x" * 1_000_000]) for number in range(8)]
    start = Cursor(("",))

    page = paging.cut_page(after(stored, start), start, None, render)

    assert len(page.elements) == 4
    assert page.next_cursor is not None


@pytest.mark.parametrize("character", ["x", '"', "\\", "\n", "é", "🌲"])
def test_a_page_of_any_characters_fits_a_lambda_response(character: str) -> None:
    stored = [Album(0, f"{number:04}", [character * 10_000]) for number in range(1000)]
    start = Cursor(("",))

    page = paging.cut_page(after(stored, start), start, None, render)

    assert page.next_cursor is not None
    body = b"[" + b",".join(page.elements) + b"]"
    assert len(json.dumps(body.decode())) <= paging.BYTE_BUDGET


@given(st.text(max_size=60))
def test_arbitrary_text_is_rejected_as_a_cursor(text: str) -> None:
    with pytest.raises(InvalidInputError):
        paging.decode(text, "albums", 1)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    )
)
def test_arbitrary_json_is_rejected_as_a_cursor(content: object) -> None:
    text = base64.urlsafe_b64encode(json.dumps(content).encode()).decode()
    with pytest.raises(InvalidInputError):
        paging.decode(text, "albums", 1)


@pytest.mark.parametrize(
    "cursor",
    [
        Cursor(("", "")),
        Cursor(("x" * 129,)),
        Cursor(("a b",)),
        Cursor(("",), "é"),
        Cursor(("",), "", -1),
    ],
    ids=[
        "another shard count",
        "too long",
        "invalid position",
        "invalid partial",
        "negative offset",
    ],
)
def test_a_tampered_cursor_is_rejected(cursor: Cursor) -> None:
    with pytest.raises(InvalidInputError):
        paging.decode(paging.encode(cursor, "albums"), "albums", 1)


def test_the_cursor_of_another_list_is_rejected() -> None:
    with pytest.raises(InvalidInputError):
        paging.decode(paging.encode(Cursor(("",)), "songs"), "albums", 1)
