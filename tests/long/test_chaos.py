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
def test_two_hundred_uploads_with_faults_and_kills_leave_no_unowned_assets(
    api: httpx2.Client,
    cloudinary: httpx2.Client,
    kill: Callable[[str], None],
    differences: Callable[[], Differences],
) -> None:
    generator = random.Random(2026)

    def upload(number: int) -> int:
        chance = generator.random()
        if chance < 0.2:
            fault = {
                "on": "any",
                "kind": generator.choice(FAULTS),
                "calls": generator.randint(1, 3),
            }
            cloudinary.post("/_faults", json=fault)
        elif chance < 0.25:
            kill(
                generator.choice(["StoriesV1Function", "StoriesV2Function", "AssetCleanupFunction"])
            )
        stories = Stories(api, V2 if number % 4 else V1)
        response = stories.post(picture(seed=1), picture(seed=2))
        if response.status_code == 200 and chance > 0.7:
            stories.delete(response.json()["story_id"])
        return response.status_code

    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(upload, range(UPLOADS)))
    cloudinary.delete("/_faults")

    assert statuses.count(200) > UPLOADS // 2
    assert set(statuses) <= {200, 500, 502}
    assert len(set(statuses)) > 1
    assert differences() == Differences([], [])
