"""A share and a delete of one image at the same time, many times."""

import pytest

from tests.support.gallery import User, race_share_and_delete


@pytest.mark.timeout(600)
def test_a_concurrent_share_never_shows_a_deleted_image(john: User, jane: User) -> None:
    for _ in range(100):
        race_share_and_delete(john, jane)
