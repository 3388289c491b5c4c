"""Stories are found by few calls, however many there are."""

from collections import Counter

import pytest
from pynamodb.transactions import TransactWrite

from darkroom import paging
from darkroom.errors import NotFoundError
from darkroom.ids import new_uuid
from darkroom.models.ledger_row import LedgerRow
from darkroom.models.operations import commit
from darkroom.models.story import SHARDS, Story, StoryImage
from darkroom.paging import Cursor

pytestmark = pytest.mark.usefixtures("tables")

START = Cursor(("",) * SHARDS)


def create() -> Story:
    story_id = new_uuid()
    ledger = LedgerRow.begin("cloudinary", ["p"])

    def writes(write: TransactWrite) -> Story:
        story = Story.create(write, story_id, "cloudinary", [StoryImage(public_id="p", url="u")])
        ledger.settle(write)
        return story

    return commit(writes)


def test_a_story_is_written_by_two_calls(calls: Counter[str]) -> None:
    create()

    assert calls == {"PutItem": 1, "TransactWriteItems": 1}


def test_a_story_is_read_by_one_call(calls: Counter[str]) -> None:
    story_id = create().story_id
    calls.clear()

    assert Story.find(story_id).images[0].url == "u"
    assert calls == {"BatchGetItem": 1}


@pytest.mark.parametrize("stored", [0, 3, 30])
def test_a_page_costs_one_read_and_a_query_a_shard(calls: Counter[str], stored: int) -> None:
    for _ in range(stored):
        create()
    calls.clear()

    stories = Story.after(START, limit=2)
    first = [story.story_id for _, story in zip(range(3), stories, strict=False)]

    assert len(first) == min(stored, 3)
    assert calls == {"BatchGetItem": 1, "Query": SHARDS}


def test_deleting_everything_is_one_write(calls: Counter[str]) -> None:
    story = create()
    calls.clear()

    Story.cut_off()

    assert calls["PutItem"] == 1
    assert list(Story.after(START)) == []
    with pytest.raises(NotFoundError):
        Story.find(story.story_id)


def test_what_is_cut_off_and_still_stored_can_be_found() -> None:
    stories = [create() for _ in range(3)]
    Story.cut_off()
    create()

    assert [story.story_id for story in Story.hidden()] == [story.story_id for story in stories]


def test_purging_removes_what_is_cut_off_and_nothing_else() -> None:
    for _ in range(30):
        create()
    Story.cut_off()
    kept = create()

    assert Story.purge(60)
    assert list(Story.hidden()) == []
    assert {story.story_id for story in Story.scan()} == {kept.story_id, "cutoff"}


def test_a_purge_without_time_says_that_it_is_not_done() -> None:
    create()
    Story.cut_off()

    assert not Story.purge(-1)
    assert len(list(Story.hidden())) == 1


def test_stories_after_a_cut_off_are_visible() -> None:
    create()
    Story.cut_off()
    later = create()

    assert [story.story_id for story in Story.after(START)] == [later.story_id]
    assert Story.find(later.story_id).story_id == later.story_id


def test_a_story_is_removed_once() -> None:
    story = create()
    story.remove()

    with pytest.raises(NotFoundError):
        story.remove()


def test_a_list_goes_on_over_what_one_query_gives() -> None:
    """DynamoDB ends a query at 1 MB, a page of ours at 5 MB."""
    images = [StoryImage(public_id="p" * 60, url="u" * 150) for _ in range(50)]
    with Story.batch_write() as batch:
        for number in range(120):
            position = f"2026-11-21T10:00:00.{number:06}Z#{new_uuid()}"
            batch.save(
                Story(
                    new_uuid(), shard=0, position=position, created_at=position[:27], images=images
                )
            )

    page = paging.cut_page(Story.after(START), START, None, render)

    assert len(page.elements) == 120 * 50
    assert sum(map(len, page.elements)) > 1_000_000
    assert page.next_cursor is None


def render(story: Story) -> list[bytes]:
    return [f"{story.story_id} {image.url}".encode() for image in story.images]
