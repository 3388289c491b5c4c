"""What people and machines do with the stack, each way once: whatever a role may do is done here.

Each journey fails when something that it needs is denied, so it looks at the end of every chain: at
the row that has to be gone, and not at the answer alone.
"""

from collections.abc import Callable

from tests.support.journeys import generation, people, stories
from tests.support.journeys.world import World

__all__ = ["JOURNEYS", "World"]

JOURNEYS: list[Callable[[World], None]] = [
    stories.stories_v1,
    stories.stories_v2,
    stories.clean_up_v1,
    stories.clean_up_v2,
    stories.clean_up_in_trouble,
    people.accounts,
    people.left_over_account,
    people.known_to_the_pool,
    people.sharing,
    people.publications,
    people.direct_uploads,
    generation.catalog,
    generation.generate,
    generation.store_in_trouble,
    generation.host_in_trouble,
    generation.host_stopped_and_woken,
    generation.idle_host,
    generation.lost_job,
    generation.expired_upload,
]
