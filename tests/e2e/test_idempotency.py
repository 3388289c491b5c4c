"""Many requests at once under one key, with each function in its own role."""

import uuid
from collections.abc import Callable

import httpx2
import pytest

from ops.reconcile import Differences
from tests.support.images import picture
from tests.support.publications import at_once
from tests.support.stories import V1, V2, Contract, Stories, parts


@pytest.mark.parametrize("contract", [V1, V2], ids=["v1", "v2"])
def test_a_hundred_repeats_make_one_story(
    api: httpx2.Client, contract: Contract, differences: Callable[[], Differences]
) -> None:
    stories, headers = Stories(api, contract), {"Idempotency-Key": str(uuid.uuid4())}
    before = set(stories.ids())

    def repeat(_: int) -> list[httpx2.Response]:
        files = parts(picture(), picture(seed=1))
        return [api.post(f"{stories.base}/upload", files=files, headers=headers) for _ in range(10)]

    answers = [answer for answers in at_once(10, repeat) for answer in answers]

    assert {answer.status_code for answer in answers} == {200}
    assert {answer.json()["story_id"] for answer in answers} == set(stories.ids()) - before
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
    assert not differences()
