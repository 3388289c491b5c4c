"""Many people at once, and sharing against deleting again and again."""

from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from tests.support.gallery import (
    Person,
    race_for_a_name,
    race_to_share,
    share_against_delete,
)

AT_ONCE = 50


@pytest.fixture
def warm(api: httpx2.Client, john: Person) -> None:
    """Fifty functions of each kind, loaded before they are raced."""
    for path, get in (("/auth/nowhere", api.get), ("/sharing/nowhere", john.get)):
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for _ in range(2):
                list(pool.map(get, [path] * AT_ONCE))


@pytest.mark.timeout(600)
@pytest.mark.usefixtures("warm")
def test_fifty_at_once_get_one_name_and_one_share(
    api: httpx2.Client, john: Person, jane: Person
) -> None:
    race_for_a_name(api, AT_ONCE)
    race_to_share(john, jane, AT_ONCE)


@pytest.mark.timeout(600)
def test_a_share_never_shows_an_image_that_is_deleted_meanwhile(john: Person, jane: Person) -> None:
    for _ in range(100):
        share_against_delete(john, jane)
