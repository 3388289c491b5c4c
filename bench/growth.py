"""What a page, and deleting everything, cost as the table grows.

Time is told apart: what the function took itself, and what the emulator took to answer, which sorts
all rows for each query where DynamoDB goes straight to the page. The first is compared in
hello-worlds of its moment, since the machine may be busier when the table is large.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter

from bench.calls import dynamodb
from bench.inside import Inside
from bench.rows import Row
from bench.speed import hello_milliseconds
from bench.wire import Call

SECTION = "As the table grows"
BASE = "/api/v2/images"
PAGE = f"{BASE}?limit=100"
CLEANUP = "StoriesV2CleanupFunction"
NOISE = 1.5  # of a page's own time, from one size of the table to the other


@dataclass(frozen=True)
class Cost:
    own_hellos: float
    own_ms: float
    emulator_ms: float
    calls: int
    read: int


def rows(inside: Inside, sizes: Sequence[int], samples: int) -> Iterator[Row]:
    smallest: Cost | None = None
    for size in sizes:
        _fill(inside, size)
        cost = _page(inside, samples)
        smallest = smallest or cost
        beside = {"own ms": cost.own_ms, "own hellos": cost.own_hellos}
        beside |= {"emulator ms": cost.emulator_ms, "rows read": cost.read}
        name = f"page of 100 of {size:,} stories"
        yield Row(SECTION, f"{name}: calls", cost.calls, "calls", smallest.calls, beside)
        yield Row(SECTION, f"{name}: rows read", cost.read, "rows", smallest.read)
        if size != sizes[0]:
            ratio = cost.own_hellos / smallest.own_hellos
            yield Row(SECTION, f"{name}: own time", ratio, f"x {sizes[0]:,}", NOISE)
        yield from _delete_all(inside, size)


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


def _page(inside: Inside, samples: int) -> Cost:
    costs = [_cost(inside) for _ in range(samples + 1)][1:]
    return Cost(
        median(cost.own_hellos for cost in costs),
        median(cost.own_ms for cost in costs),
        median(cost.emulator_ms for cost in costs),
        costs[0].calls,
        costs[0].read,
    )


def _cost(inside: Inside) -> Cost:
    begin = perf_counter()
    answer = inside.api.get(PAGE)
    seconds = perf_counter() - begin
    assert len(answer.json()) == 100
    calls = dynamodb(inside.invocations[-1].calls)
    waited = sum(call.seconds for call in calls)
    read = sum(int(call.answer.get("ScannedCount", 0)) for call in calls)
    own = (seconds - waited) * 1000
    return Cost(own / hello_milliseconds(), own, waited * 1000, len(calls), read)


def _delete_all(inside: Inside, size: int) -> Iterator[Row]:
    """Empties the table, and leaves in it what came after."""
    from darkroom.models.story import Story

    begin = perf_counter()
    answer = inside.api.delete(BASE)
    assert answer.status_code == 200, answer.text
    calls = dynamodb(inside.invocations[-1].calls)
    answered = perf_counter() - begin
    assert inside.api.get(BASE).json() == []
    while any(Story.cut_off_stories()):
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
