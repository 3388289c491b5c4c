"""The parts of a file: a limit on their number, and the removal of parts without moving others."""

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import NamedTuple, ParamSpec, TypeVar

# Far more than any image has. Millions of empty parts would exhaust the function's memory.
MAX_PARTS = 50_000


class TruncatedError(ValueError):
    """Raised when a file ends within its image."""


class TooManyPartsError(ValueError):
    """Raised when a file has more parts than any image needs."""


class _Counter:
    """The number of parts that this process has read; a sandbox resets it."""

    parts = 0


COUNTER = _Counter()

P = ParamSpec("P")
Part = TypeVar("Part")


def limit_parts(split: Callable[P, Iterator[Part]]) -> Callable[P, Iterator[Part]]:
    """Make an iterator over parts raise `TooManyPartsError` after `MAX_PARTS` of them."""

    @wraps(split)
    def limited(*args: P.args, **kwargs: P.kwargs) -> Iterator[Part]:
        for count, part in enumerate(split(*args, **kwargs)):
            if count == MAX_PARTS:
                raise TooManyPartsError(f"the file has more than {MAX_PARTS} parts")
            COUNTER.parts += 1
            yield part

    return limited


class Span(NamedTuple):
    start: int
    end: int


def zero_out(content: bytes, removed: Iterable[Span], kept: Iterable[Span]) -> bytearray:
    """The content with zeroes in the removed spans. Where spans overlap, as they can in a damaged
    file, the kept one wins.

    Raises `ValueError` for a removed span that exceeds the file.
    """
    data = bytearray(content)
    for start, end in _merge_spans(removed):
        if end > len(data):
            raise ValueError("a part exceeds the file")
        data[start:end] = bytes(end - start)
    for start, end in _merge_spans(kept):
        data[start:end] = content[start:end]
    return data


def _merge_spans(spans: Iterable[Span]) -> Iterator[Span]:
    """The same bytes in spans that do not overlap: a small file can list one a million times."""
    last_end = 0
    for start, end in sorted(spans):
        if end > last_end:
            yield Span(max(start, last_end), end)
            last_end = end
