"""Many uploads and deletes while Cloudinary fails and functions are killed."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from ops.reconcile import Differences
from tests.support.images import picture
from tests.support.stories import V1, V2, Stories

UPLOADS = 200
FAULTS = ["500", "420", "502", "close_connection", "500_after_success"]


@pytest.mark.timeout(900)
def test_two_hundred_uploads_amid_faults_and_kills_leak_nothing(
    api: httpx2.Client,
    cloudinary: httpx2.Client,
    kill: Callable[[str], None],
    differences: Callable[[], Differences],
) -> None:
    draw = random.Random(2026)

    def act(number: int) -> int:
        chance = draw.random()
        if chance < 0.2:
            fault = {"on": "any", "kind": draw.choice(FAULTS), "calls": draw.randint(1, 3)}
            cloudinary.post("/_faults", json=fault)
        elif chance < 0.25:
            kill(draw.choice(["StoriesV1Function", "StoriesV2Function", "AssetCleanupFunction"]))
        stories = Stories(api, V2 if number % 4 else V1)
        answer = stories.post(picture(seed=1), picture(seed=2))
        if answer.status_code == 200 and chance > 0.7:
            stories.delete(answer.json()["story_id"])
        return answer.status_code

    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(act, range(UPLOADS)))
    cloudinary.delete("/_faults")

    assert statuses.count(200) > UPLOADS // 2
    assert set(statuses) <= {200, 500, 502}
    assert len(set(statuses)) > 1
    assert differences() == Differences([], [])
