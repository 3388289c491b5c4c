"""Erasing parts of a file where they lie. A damaged file may say of one byte that it is metadata
and that it is picture: it stays then."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Span(NamedTuple):
    begin: int
    end: int


def without(content: bytes, unwanted: Iterable[Span], needed: Iterable[Span]) -> bytearray:
    """The content with zeroes in place of what is unwanted and not needed too.

    Raises `ValueError` for a part that is larger than the file.
    """
    data = bytearray(content)
    for begin, end in _apart(unwanted):
        if end > len(data):
            raise ValueError("a part is larger than the file")
        data[begin:end] = bytes(end - begin)
    for begin, end in _apart(needed):
        data[begin:end] = content[begin:end]
    return data


def _apart(spans: Iterable[Span]) -> Iterator[Span]:
    """The same bytes, each once: a small file can list one part a million times."""
    place = 0
    for begin, end in sorted(spans):
        if end > place:
            yield Span(max(begin, place), end)
            place = end
