"""The parts of a file: counted as they are read, and erased where they lie."""

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import NamedTuple, ParamSpec, TypeVar

# Far more than any picture has. Millions of empty ones would take a function all its memory.
MAX_PARTS = 50_000

Asked = ParamSpec("Asked")
Part = TypeVar("Part")


def counted(split: Callable[Asked, Iterator[Part]]) -> Callable[Asked, Iterator[Part]]:
    """The same parts. Raises `ValueError` for more than `MAX_PARTS`."""

    @wraps(split)
    def parts(*args: Asked.args, **named: Asked.kwargs) -> Iterator[Part]:
        for number, part in enumerate(split(*args, **named)):
            if number == MAX_PARTS:
                raise ValueError("more parts than a picture has")
            yield part

    return parts


class Span(NamedTuple):
    begin: int
    end: int


def without(content: bytes, unwanted: Iterable[Span], needed: Iterable[Span]) -> bytearray:
    """The content with zeroes in place of what is unwanted and not needed too: of one byte a
    damaged file may say that it is metadata and that it is picture.

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
