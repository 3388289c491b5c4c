"""Every file under `events/` is an event that its function handles as expected."""

import json
from typing import Any

import pytest

from ops.template import ROOT, function_of, functions
from tests.conftest import SystemUnderTest
from tests.support.functions import FunctionError

EVENTS = ROOT / "events"
NO_FAILURES: dict[str, Any] = {"batchItemFailures": []}
EXPECTED: dict[str, Any] = {
    "asset_cleanup/cloudinary": NO_FAILURES,
    "asset_cleanup/s3": NO_FAILURES,
    "asset_outbox/abandoned_upload": NO_FAILURES,
    "asset_outbox/publication_lost_an_image": NO_FAILURES,
    "asset_outbox/removed_gallery_image": NO_FAILURES,
    "asset_outbox/removed_publication": NO_FAILURES,
    "asset_outbox/removed_story": NO_FAILURES,
    "asset_outbox/settled_upload": NO_FAILURES,
    "auth/login_unknown": 401,
    "auth/register_bad_email": 422,
    "authorizer/no_signature": "Unauthorized",
    "catalog/create_bad_format": 400,
    "catalog/create_style": 201,
    "catalog/create_style_with_key": 201,
    "catalog/delete_unknown": 404,
    "catalog/get_unknown": 404,
    "catalog/list_settings": 200,
    "catalog/update_unknown": 404,
    "comfyui_host/start": 200,
    "comfyui_host/status": 200,
    "gallery/begin_upload": 201,
    "gallery/complete_upload_unknown": 404,
    "gallery/delete_unknown": 404,
    "gallery/expired_token": 401,
    "gallery/get_unknown": 404,
    "gallery/my_images": 200,
    "gallery/public": 200,
    "gallery/upload": 201,
    "generation/cancel_unknown": 404,
    "generation/generate": 202,
    "generation/generate_for_post": 202,
    "generation/generate_nothing": 400,
    "generation/job_unknown": 404,
    "generation/jobs": 200,
    "generation_worker/unknown_job": NO_FAILURES,
    "home/health": 200,
    "home/root": 200,
    "home/unknown": 404,
    "host_keeper/schedule": None,
    "publications/add_image_unknown": 404,
    "publications/begin_upload_unknown": 404,
    "publications/complete_upload_unknown": 404,
    "publications/create": 201,
    "publications/delete_image_empty": 404,
    "publications/delete_image_unknown": 404,
    "publications/delete_images_unknown": 404,
    "publications/expired_token": 401,
    "publications/list_unknown": 404,
    "sharing/share_unknown": 404,
    "sharing/shared_by_me": 200,
    "sharing/shared_with_me": 200,
    "sharing/unshare_unknown": 404,
    "stories_v1/begin_upload": 201,
    "stories_v1/complete_upload_unknown": 404,
    "stories_v1/delete_all": 200,
    "stories_v1/delete_unknown": 404,
    "stories_v1/get_unknown": 404,
    "stories_v1/image_unknown": 404,
    "stories_v1/list": 200,
    "stories_v1/story_ids": 200,
    "stories_v1/upload": 200,
    "stories_v1/upload_nothing": 400,
    "stories_v2/begin_upload": 201,
    "stories_v2/complete_upload_unknown": 404,
    "stories_v2/delete_all": 200,
    "stories_v2/delete_unknown": 404,
    "stories_v2/get_unknown": 404,
    "stories_v2/list": 200,
    "stories_v2/story_ids": 200,
    "stories_v2/upload": 200,
    "stories_v2/upload_nothing": 400,
    "story_cleanup/wake_up": None,
    "upload_sweeper/schedule": None,
}


def status_or_value(result: Any) -> Any:
    """An HTTP response's status, an exception's message, or the result itself."""
    if not isinstance(result, dict):
        return result
    return result.get("statusCode") or result.get("errorMessage") or result


def test_every_event_has_an_expected_result() -> None:
    names = {str(file.relative_to(EVENTS).with_suffix("")) for file in EVENTS.rglob("*.json")}

    assert names == set(EXPECTED)


def test_every_function_has_an_event() -> None:
    packages = {function["Handler"].split(".")[0] for function in functions().values()}

    assert packages == {name.split("/")[0] for name in EXPECTED}


@pytest.mark.documented
@pytest.mark.parametrize("name", EXPECTED)
def test_a_function_handles_its_event(local_functions: SystemUnderTest, name: str) -> None:
    assert local_functions.functions
    function = function_of(name.split("/")[0])

    event = json.loads((EVENTS / f"{name}.json").read_text())
    try:
        result = local_functions.functions.invoke(function, event)
    except FunctionError as error:
        result = str(error)

    assert status_or_value(result) == EXPECTED[name]
