"""Stories: one item each, its images inside, so that what happens to a story is atomic."""

import heapq
from collections.abc import Iterable, Iterator
from operator import attrgetter

from pynamodb.attributes import ListAttribute, MapAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DeleteError, PutError
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from darkroom import clock, ids, settings
from darkroom.errors import NotFoundError
from darkroom.models.operations import is_condition_failure
from darkroom.paging import Cursor

SHARDS = settings.integer("INDEX_SHARDS")

# The id of the item that says up to which position all stories are deleted.
_CUTOFF = "cutoff"


class StoryImage(MapAttribute[str, str]):
    """One image: its number is its place in the story's list, from 1."""

    public_id = UnicodeAttribute()
    url = UnicodeAttribute()


class CreationIndex(GlobalSecondaryIndex["Story"]):
    """All stories by creation, spread over `SHARDS` partitions."""

    class Meta:
        index_name = "by-creation"
        projection = AllProjection()

    shard = NumberAttribute(hash_key=True)
    position = UnicodeAttribute(range_key=True)


class Story(Model):
    class Meta:
        table_name = settings.text("STORIES_TABLE")

    by_creation = CreationIndex()

    story_id = UnicodeAttribute(hash_key=True)
    shard = NumberAttribute(null=True)
    position = UnicodeAttribute()
    created_at = UnicodeAttribute()
    store = UnicodeAttribute(null=True)
    images = ListAttribute(of=StoryImage)

    @classmethod
    def create(
        cls, write: TransactWrite, story_id: str, store: str, images: list[StoryImage]
    ) -> "Story":
        """A new story, there once the transaction is done."""
        created_at = clock.now()
        story = cls(
            story_id,
            shard=ids.shard(story_id, SHARDS),
            position=f"{created_at}#{story_id}",
            created_at=created_at,
            store=store,
            images=images,
        )
        write.save(story, condition=cls.story_id.does_not_exist())
        return story

    @classmethod
    def find(cls, story_id: str) -> "Story":
        """The visible story of that id. Raises `NotFoundError`."""
        found = {item.story_id: item for item in cls.batch_get([story_id, _CUTOFF], True)}
        story, cutoff = found.get(story_id), found.get(_CUTOFF)
        if story is None or (cutoff is not None and story.position <= cutoff.position):
            raise NotFoundError("Story not found")
        return story

    @classmethod
    def after(cls, cursor: Cursor, limit: int | None = None) -> Iterator["Story"]:
        """Visible stories from the cursor on, oldest first: one read and, for up to `limit`
        of them, one query per shard."""
        cutoff = cls._cutoff()
        return _merged(
            cls.by_creation.query(
                shard,
                cls.position > max(after, cutoff) if after or cutoff else None,
                page_size=limit + 1 if limit else None,
            )
            for shard, after in enumerate(cursor.after)
        )

    @classmethod
    def cut_off(cls) -> None:
        """Make every story created so far invisible, in one write."""
        created_at = clock.now()
        position = f"{created_at}#~"  # after every story of this instant
        cutoff = cls(_CUTOFF, position=position, created_at=created_at, images=[])
        try:
            cutoff.save(cls.position.does_not_exist() | (cls.position < position))
        except PutError as error:
            if not is_condition_failure(error):
                raise

    @classmethod
    def cut_off_stories(cls) -> Iterator["Story"]:
        """Stories that are invisible and still stored."""
        cutoff = cls._cutoff()
        shards = range(SHARDS) if cutoff else ()
        return _merged(cls.by_creation.query(shard, cls.position < cutoff) for shard in shards)

    def remove(self) -> None:
        """Delete the row. Raises `NotFoundError` when another call was faster."""
        try:
            self.delete(Story.story_id.exists())
        except DeleteError as error:
            if not is_condition_failure(error):
                raise
            raise NotFoundError("Story not found") from error

    @classmethod
    def _cutoff(cls) -> str:
        item = next(iter(cls.batch_get([_CUTOFF], consistent_read=True)), None)
        return item.position if item else ""


def _merged(shards: Iterable[Iterable[Story]]) -> Iterator[Story]:
    return heapq.merge(*shards, key=attrgetter("position"))
