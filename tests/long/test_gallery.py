"""Sharing against deleting, again and again."""

import pytest

from tests.support.gallery import Person, share_against_delete


@pytest.mark.timeout(600)
def test_a_share_never_shows_an_image_that_is_deleted_meanwhile(john: Person, jane: Person) -> None:
    for _ in range(100):
        share_against_delete(john, jane)
