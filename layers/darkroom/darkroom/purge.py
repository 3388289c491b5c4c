"""Removing the rows that a cut-off has made invisible; their images follow by the stream."""

import time

from darkroom.models.story import Story


def purge(seconds: float) -> bool:
    """Remove invisible stories for so many seconds; whether none that the index shows is left."""
    deadline = time.monotonic() + seconds
    with Story.batch_write() as batch:
        for story in Story.cut_off_stories():
            if time.monotonic() > deadline:
                return False
            batch.delete(story)
    return True
