"""Stories: one item each that contains its images, so every change of a story is atomic."""

import heapq
import time
from collections.abc import Iterable, Iterator
from operator import attrgetter

from pynamodb.attributes import ListAttribute, MapAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from darkroom import clock, ids, queues, settings
from darkroom.errors import StoryNotFoundError
from darkroom.models.operations import query_page, try_write
from darkroom.paging import Cursor

SHARDS = settings.integer("INDEX_SHARDS")
PURGES_QUEUE = settings.text("STORY_PURGES_QUEUE")

# The id of the item that stores the cut-off.
_CUTOFF = "cutoff"


class StoryImage(MapAttribute[str, str]):
    """One image; its number is its index in the story's list, from 1."""

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
        """Add a new story to the transaction."""
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
        """The visible story with that id. Raises `StoryNotFoundError`."""
        rows = {row.story_id: row for row in cls.batch_get([story_id, _CUTOFF], True)}
        story, cutoff = rows.get(story_id), rows.get(_CUTOFF)
        if story is None or (cutoff is not None and story.position <= cutoff.position):
            raise StoryNotFoundError
        return story

    @classmethod
    def after(cls, cursor: Cursor, limit: int | None = None) -> Iterator["Story"]:
        """Visible stories after the cursor, oldest first: one read and one query per shard."""
        cutoff = cls._cutoff()
        return _merge(
            query_page(cls.by_creation, shard, max(position, cutoff), limit)
            for shard, position in enumerate(cursor.after)
        )

    @classmethod
    def delete_all(cls, seconds: float) -> None:
        """Hide every story at once, then delete rows for at most `seconds`; the queue does the
        rest."""
        cls.cut_off()
        # Sent in any case, because the index may not show the newest rows yet.
        cls.purge_later()
        cls.purge(seconds)

    @classmethod
    def cut_off(cls) -> None:
        """Hide every story created so far, with one write."""
        created_at = clock.now()
        position = f"{created_at}#~"  # sorts after every story of this instant
        cutoff = cls(_CUTOFF, position=position, created_at=created_at, images=[])
        # A failed condition means that a later cut-off exists already.
        try_write(lambda: cutoff.save(cls.position.does_not_exist() | (cls.position < position)))

    @classmethod
    def purge(cls, seconds: float) -> bool:
        """Delete hidden stories for at most `seconds`; return whether the index shows no more.

        The stream of the deletions removes their assets.
        """
        deadline = time.monotonic() + seconds
        with cls.batch_write() as batch:
            for story in cls.hidden():
                if time.monotonic() > deadline:
                    return False
                batch.delete(story)
        return True

    @classmethod
    def purge_later(cls) -> None:
        """Let the clean-up function purge."""
        queues.send(PURGES_QUEUE, {})

    @classmethod
    def hidden(cls) -> Iterator["Story"]:
        """Stories that the cut-off hides and that are still stored."""
        cutoff = cls._cutoff()
        shards = range(SHARDS) if cutoff else ()
        return _merge(cls.by_creation.query(shard, cls.position < cutoff) for shard in shards)

    def remove(self) -> None:
        """Delete the row. Raises `StoryNotFoundError` if another call deleted it first."""
        if not try_write(lambda: self.delete(Story.story_id.exists())):
            raise StoryNotFoundError

    @classmethod
    def _cutoff(cls) -> str:
        item = next(iter(cls.batch_get([_CUTOFF], consistent_read=True)), None)
        return item.position if item else ""


def _merge(shards: Iterable[Iterable[Story]]) -> Iterator[Story]:
    return heapq.merge(*shards, key=attrgetter("position"))
