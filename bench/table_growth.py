"""The cost of one page and of a delete-all as the table grows.

The function's time is measured while recorded responses are replayed to its AWS calls, with pages
of two table sizes in turn: the emulator sorts all rows for each query, where DynamoDB reads only
the page.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter

from bench.aws_calls import AwsCall, CallRecorder
from bench.dynamodb_calls import dynamodb
from bench.in_process import InProcess, Invocation, handler
from bench.rows import Row
from bench.timing import milliseconds

SECTION = "Table growth"
BASE = "/api/v2/images"
PAGE = f"{BASE}?limit=100"
CLEANUP = "StoriesV2CleanupFunction"
MAX_TIME_RATIO = 1.5  # tolerates noise: the ratio should be 1


def rows(functions: InProcess, sizes: Sequence[int], samples: int) -> Iterator[Row]:
    smallest: Invocation | None = None
    for size in sizes:
        _fill(functions, size)
        page = _page(functions)
        smallest = smallest or page
        yield from _compare_pages(functions.recorder, size, page, smallest, samples)
        yield from _delete_all(functions, size)


def _compare_pages(
    recorder: CallRecorder, size: int, page: Invocation, smallest: Invocation, samples: int
) -> Iterator[Row]:
    name, calls = f"page of 100 of {size:,} stories", dynamodb(page.calls)
    figures = {"emulator ms": sum(call.seconds for call in calls) * 1000}
    limit = len(dynamodb(smallest.calls))
    yield Row(SECTION, f"{name}: calls", len(calls), "calls", limit, figures)
    yield Row(SECTION, f"{name}: rows read", _rows_read(page), "rows", _rows_read(smallest))
    if page is not smallest:
        turns = [(_replay(recorder, page), _replay(recorder, smallest)) for _ in range(samples * 5)]
        ratio = median(page_ms / smallest_ms for page_ms, smallest_ms in turns)
        page_ms, smallest_ms = map(median, zip(*turns, strict=True))
        figures = {"function ms": page_ms, "function ms of the smallest": smallest_ms}
        yield Row(SECTION, f"{name}: function time", ratio, "x smallest", MAX_TIME_RATIO, figures)


def _page(functions: InProcess) -> Invocation:
    """The invocation of a warm function that returns a page."""
    for _ in range(2):
        assert len(functions.api.get(PAGE).json()) == 100
    return functions.invocations[-1]


def _rows_read(page: Invocation) -> int:
    return sum(int(call.response.get("ScannedCount", 0)) for call in dynamodb(page.calls))


def _replay(recorder: CallRecorder, page: Invocation) -> float:
    """Milliseconds of the function without its AWS calls."""
    with recorder.replay(page.calls):
        return milliseconds(handler(page.function), page.event)


def _fill(functions: InProcess, size: int) -> None:
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
    functions.recorder.calls.clear()


def _delete_all(functions: InProcess, size: int) -> Iterator[Row]:
    """Deletes all stories and purges their rows, which leaves the table empty."""
    from darkroom.models.story import Story

    begin = perf_counter()
    response = functions.api.delete(BASE)
    assert response.status_code == 200, response.text
    calls = dynamodb(functions.invocations[-1].calls)
    response_seconds = perf_counter() - begin
    assert functions.api.get(BASE).json() == []
    while any(Story.hidden()):
        functions.invoke(CLEANUP, {"Records": []})
        calls += dynamodb(functions.invocations[-1].calls)
    figures = {"response after s": response_seconds, "purged after s": perf_counter() - begin}
    name = f"delete all of {size:,} stories"
    writes = _writes_until_cut_off(calls)
    yield Row(SECTION, f"{name}: writes until hidden", writes, "writes", 1, figures)
    yield Row(SECTION, f"{name}: rows left", _rows_left(), "rows", 0)
    yield Row(SECTION, f"{name}: calls per 1,000", len(calls) * 1000 / size, "calls")


def _writes_until_cut_off(calls: list[AwsCall]) -> int:
    """The number of calls up to and including the write of the cut-off."""
    return 1 + [call.operation for call in calls].index("PutItem")


def _rows_left() -> int:
    from darkroom.models.story import Story

    return sum(1 for story in Story.scan() if story.story_id != "cutoff")
