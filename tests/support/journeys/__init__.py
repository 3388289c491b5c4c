"""Journeys: calls of users and schedules that together use every permission of every role.

A journey must fail if a permission that it needs is denied. So it checks the end of each chain,
such as the row that must be removed, and not only the response.
"""

from collections.abc import Callable

from tests.support.journeys import generation, stories, users
from tests.support.journeys.deployment import Deployment

__all__ = ["JOURNEYS", "Deployment"]

JOURNEYS: list[Callable[[Deployment], None]] = [
    stories.stories_v1,
    stories.stories_v2,
    stories.clean_up_v1,
    stories.clean_up_v2,
    stories.clean_up_with_failures,
    users.accounts,
    users.abandoned_registration,
    users.user_of_the_pool,
    users.sharing,
    users.publications,
    users.direct_uploads,
    generation.catalog,
    generation.generate,
    generation.store_with_failures,
    generation.host_with_failure,
    generation.stopped_host,
    generation.idle_host,
    generation.lost_job,
    generation.expired_upload,
]
