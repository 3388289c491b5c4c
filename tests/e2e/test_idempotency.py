"""Parallel requests with the same idempotency key, under the roles of the functions."""

import uuid
from collections.abc import Callable

import httpx2
import pytest

from ops.reconcile import Differences
from tests.support.images import picture
from tests.support.publications import call_in_threads
from tests.support.stories import V1, V2, Stories, StoriesContract, file_parts


@pytest.mark.parametrize("contract", [V1, V2], ids=["v1", "v2"])
def test_a_hundred_requests_with_one_key_create_one_story(
    api: httpx2.Client, contract: StoriesContract, differences: Callable[[], Differences]
) -> None:
    stories, headers = Stories(api, contract), {"Idempotency-Key": str(uuid.uuid4())}
    before = set(stories.ids())

    def repeat(_: int) -> list[httpx2.Response]:
        files = file_parts(picture(), picture(seed=1))
        return [api.post(f"{stories.base}/upload", files=files, headers=headers) for _ in range(10)]

    responses = [response for batch in call_in_threads(10, repeat) for response in batch]

    assert {response.status_code for response in responses} == {200}
    assert {response.json()["story_id"] for response in responses} == set(stories.ids()) - before
    assert sum("Idempotent-Replayed" not in response.headers for response in responses) == 1
    assert not differences()
