"""What a page, and deleting everything, cost as the table grows.

The function's own time is that with its calls answered from memory, the pages of two sizes in turn:
the emulator sorts all rows for each query, where DynamoDB goes straight to the page.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter

from bench.calls import dynamodb
from bench.inside import Inside, Invocation, handler
from bench.rows import Row
from bench.speed import milliseconds
from bench.wire import Call, Wire

SECTION = "As the table grows"
BASE = "/api/v2/images"
PAGE = f"{BASE}?limit=100"
CLEANUP = "StoriesV2CleanupFunction"
NOISE = 1.5  # of a page's own time, from one size of the table to the other


def rows(inside: Inside, sizes: Sequence[int], samples: int) -> Iterator[Row]:
    smallest: Invocation | None = None
    for size in sizes:
        _fill(inside, size)
        page = _page(inside)
        smallest = smallest or page
        yield from _compared(inside.wire, size, page, smallest, samples)
        yield from _delete_all(inside, size)


def _compared(
    wire: Wire, size: int, page: Invocation, smallest: Invocation, samples: int
) -> Iterator[Row]:
    name, calls = f"page of 100 of {size:,} stories", dynamodb(page.calls)
    beside = {"emulator ms": sum(call.seconds for call in calls) * 1000}
    limit = len(dynamodb(smallest.calls))
    yield Row(SECTION, f"{name}: calls", len(calls), "calls", limit, beside)
    yield Row(SECTION, f"{name}: rows read", _read(page), "rows", _read(smallest))
    if page is not smallest:
        turns = [(_replayed(wire, page), _replayed(wire, smallest)) for _ in range(samples * 5)]
        ratio = median(own / other for own, other in turns)
        own, other = map(median, zip(*turns, strict=True))
        beside = {"own ms": own, "own ms of the smallest": other}
        yield Row(SECTION, f"{name}: own time", ratio, "x smallest", NOISE, beside)


def _page(inside: Inside) -> Invocation:
    """A page, warm."""
    for _ in range(2):
        assert len(inside.api.get(PAGE).json()) == 100
    return inside.invocations[-1]


def _read(page: Invocation) -> int:
    return sum(int(call.answer.get("ScannedCount", 0)) for call in dynamodb(page.calls))


def _replayed(wire: Wire, page: Invocation) -> float:
    """The milliseconds of the function alone."""
    with wire.replaying(page.calls):
        return milliseconds(handler(page.function), page.event)


def _fill(inside: Inside, size: int) -> None:
    from darkroom import clock
    from darkroom.models.story import Story, StoryImage

    begin = datetime.now(UTC)
    with Story.batch_write() as batch:
        for number in range(size):
            story_id = f"{number:08x}-0000-4000-8000-000000000000"
            created_at = clock.instant(begin + timedelta(microseconds=number))
            image = StoryImage(public_id=f"darkroom/stories/{story_id}/1", url=f"/{story_id}/1")
            position = f"{created_at}#{story_id}"
            batch.save(
                Story(story_id, shard=0, position=position, created_at=created_at, images=[image])
            )
    inside.wire.calls.clear()


def _delete_all(inside: Inside, size: int) -> Iterator[Row]:
    """Empties the table, and leaves in it what came after."""
    from darkroom.models.story import Story

    begin = perf_counter()
    answer = inside.api.delete(BASE)
    assert answer.status_code == 200, answer.text
    calls = dynamodb(inside.invocations[-1].calls)
    answered = perf_counter() - begin
    assert inside.api.get(BASE).json() == []
    while any(Story.hidden()):
        inside.invoke(CLEANUP, {"Records": []})
        calls += dynamodb(inside.invocations[-1].calls)
    beside = {"answered after s": answered, "cleaned after s": perf_counter() - begin}
    name = f"delete all of {size:,} stories"
    yield Row(SECTION, f"{name}: writes until unseen", _writes_first(calls), "writes", 1, beside)
    yield Row(SECTION, f"{name}: rows left", _left(), "rows", 0)
    yield Row(SECTION, f"{name}: calls per 1,000", len(calls) * 1000 / size, "calls")


def _writes_first(calls: list[Call]) -> int:
    """How many writes there are up to the one of the cut-off."""
    return 1 + [call.operation for call in calls].index("PutItem")


def _left() -> int:
    from darkroom.models.story import Story

    return sum(1 for story in Story.scan() if story.story_id != "cutoff")
