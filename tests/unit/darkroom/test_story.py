"""The number of calls that read and write stories does not depend on the number of stories."""

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


def create_story() -> Story:
    story_id = new_uuid()
    row = LedgerRow.begin("cloudinary", ["p"])

    def writes(write: TransactWrite) -> Story:
        story = Story.create(write, story_id, "cloudinary", [StoryImage(public_id="p", url="u")])
        row.settle(write)
        return story

    return commit(writes)


def test_a_story_is_written_with_two_calls(calls: Counter[str]) -> None:
    create_story()

    assert calls == {"PutItem": 1, "TransactWriteItems": 1}


def test_a_story_is_read_with_one_call(calls: Counter[str]) -> None:
    story_id = create_story().story_id
    calls.clear()

    assert Story.find(story_id).images[0].url == "u"
    assert calls == {"BatchGetItem": 1}


@pytest.mark.parametrize("stored", [0, 3, 30])
def test_a_page_costs_one_read_and_one_query_per_shard(calls: Counter[str], stored: int) -> None:
    for _ in range(stored):
        create_story()
    calls.clear()

    stories = Story.after(START, limit=2)
    first = [story.story_id for _, story in zip(range(3), stories, strict=False)]

    assert len(first) == min(stored, 3)
    assert calls == {"BatchGetItem": 1, "Query": SHARDS}


def test_delete_all_is_one_write(calls: Counter[str]) -> None:
    story = create_story()
    calls.clear()

    Story.cut_off()

    assert calls["PutItem"] == 1
    assert list(Story.after(START)) == []
    with pytest.raises(NotFoundError):
        Story.find(story.story_id)


def test_stories_before_the_cut_off_are_hidden() -> None:
    stories = [create_story() for _ in range(3)]
    Story.cut_off()
    create_story()

    assert [story.story_id for story in Story.hidden()] == [story.story_id for story in stories]


def test_a_purge_removes_only_stories_before_the_cut_off() -> None:
    for _ in range(30):
        create_story()
    Story.cut_off()
    visible = create_story()

    assert Story.purge(60)
    assert list(Story.hidden()) == []
    assert {story.story_id for story in Story.scan()} == {visible.story_id, "cutoff"}


def test_a_purge_that_runs_out_of_time_returns_false() -> None:
    create_story()
    Story.cut_off()

    assert not Story.purge(-1)
    assert len(list(Story.hidden())) == 1


def test_stories_after_a_cut_off_are_visible() -> None:
    create_story()
    Story.cut_off()
    later = create_story()

    assert [story.story_id for story in Story.after(START)] == [later.story_id]
    assert Story.find(later.story_id).story_id == later.story_id


def test_a_story_is_removed_once() -> None:
    story = create_story()
    story.remove()

    with pytest.raises(NotFoundError):
        story.remove()


def test_a_page_can_exceed_the_size_of_one_query() -> None:
    """DynamoDB ends a query at 1 MB; a page ends at 5 MB."""
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
