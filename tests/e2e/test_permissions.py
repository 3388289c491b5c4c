"""Functions run under their own roles: what a role lacks is denied."""

import httpx2

from tests.e2e.conftest import Without
from tests.support.images import picture
from tests.support.stories import V2, Stories


def test_an_upload_needs_the_permission_to_write(api: httpx2.Client, without: Without) -> None:
    stories = Stories(api, V2)

    with without("StoriesV2Function", "dynamodb:PutItem"):
        assert stories.post(picture()).status_code == 500

    assert stories.post(picture()).status_code == 200
