"""Stories are found by few calls, however many there are."""

from collections import Counter
from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from darkroom.errors import NotFoundError
from darkroom.ids import new_story_id
from darkroom.models.story import SHARDS, Story, StoryImage
from darkroom.paging import Cursor
from tests.support import template

START = Cursor(("",) * SHARDS)


@pytest.fixture(autouse=True)
def tables() -> Iterator[None]:
    with mock_aws():
        # pynamodb keeps the client of the first test otherwise.
        Story._connection = None
        template.create_tables(boto3.client("dynamodb"))
        yield


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """The DynamoDB operations that a test makes."""
    counter: Counter[str] = Counter()
    connection = Story._get_connection().connection
    send = connection.dispatch

    def counted(operation: str, arguments: dict[str, object]) -> object:
        counter[operation] += 1
        return send(operation, arguments)

    monkeypatch.setattr(connection, "dispatch", counted)
    return counter


def create() -> Story:
    return Story.create(new_story_id(), [StoryImage(public_id="p", url="u")])


def test_a_story_is_written_by_one_call(calls: Counter[str]) -> None:
    create()

    assert calls == {"PutItem": 1}


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


def test_a_cut_off_gives_the_stories_to_remove() -> None:
    stories = [create() for _ in range(3)]

    assert [story.story_id for story in Story.cut_off()] == [story.story_id for story in stories]


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
