"""After any failure, each asset has a row and each row has its assets."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest

from ops.reconcile import Asset, Differences, compare
from ops.redrive import redrive
from ops.stack import Stack
from tests.e2e.conftest import RevokePermission
from tests.support.images import picture
from tests.support.stories import V1, V2, Stories, StoriesContract, eventually

NONE = Differences([], [])
GetDifferences = Callable[[], Differences]
Invoke = Callable[[str, Any], Any]


@pytest.fixture
def v1(api: httpx2.Client) -> Stories:
    return Stories(api, V1)


@pytest.fixture
def v2(api: httpx2.Client) -> Stories:
    return Stories(api, V2)


@pytest.mark.parametrize("contract", [V1, V2], ids=["v1", "v2"])
def test_deleting_stories_removes_their_assets(
    api: httpx2.Client, contract: StoriesContract, differences: GetDifferences
) -> None:
    stories = Stories(api, contract)
    first, *others = [stories.upload(picture(seed=1), picture(seed=2)) for _ in range(3)]
    stories.delete(first.story_id)
    assert differences() == NONE

    stories.delete_all()

    assert differences() == NONE
    assert stories.urls() == []
    assert others


def test_a_deleted_image_is_no_longer_served(v2: Stories, cloudinary: httpx2.Client) -> None:
    url = v2.upload().urls[0]
    assert cloudinary.get(url).status_code == 200

    v2.delete_all()

    assert eventually(lambda: cloudinary.get(url).status_code == 404)


def test_deleting_stories_keeps_the_assets_of_other_systems(
    v2: Stories, cloudinary: httpx2.Client, stack: Stack, differences: GetDifferences
) -> None:
    assert differences() == NONE
    story = v2.upload()
    foreign = [
        upload_asset(cloudinary, f"darkroom/stories/{story.story_id}0/1"),
        upload_asset(cloudinary, "other-system/1"),
    ]

    v2.delete(story.story_id)
    v2.delete_all()

    assert eventually(lambda: cloudinary.get(story.urls[0]).status_code == 404)
    assert [cloudinary.get(url).status_code for url in foreign] == [200, 200]
    # `compare` reports the asset in the folder of stories.
    left_over = Asset("cloudinary", f"darkroom/stories/{story.story_id}0/1")
    assert compare(stack) == Differences([], [left_over])
    destroy_asset(cloudinary, left_over.public_id)


@pytest.mark.parametrize("kind", ["500", "500_after_success", "close_connection"])
def test_a_failure_at_the_second_of_three_files_leaves_no_assets(
    v2: Stories, cloudinary: httpx2.Client, differences: GetDifferences, kind: str
) -> None:
    before = v2.ids()
    # The second and the third file are stored in parallel, each with one retry.
    cloudinary.post("/_faults", json={"on": "upload", "kind": kind, "calls": 4, "after": 1})

    assert v2.post(picture(), picture(), picture()).status_code == 500

    assert v2.ids() == before
    assert differences() == NONE


def test_an_asset_stored_after_the_timeout_is_destroyed(
    v2: Stories, cloudinary: httpx2.Client, stack: Stack, differences: GetDifferences
) -> None:
    # Both attempts time out after ten seconds; Cloudinary stores the second one anyway.
    for kind in ("hang", "slow"):
        cloudinary.post("/_faults", json={"on": "upload", "kind": kind, "seconds": 11})

    response = v2.post(picture())

    assert (response.status_code, response.json()) == (500, {"detail": V2.upload_error})
    assert eventually(lambda: bool(compare(stack)))
    assert differences() == NONE


def test_a_destroy_that_fails_twice_is_retried(
    v2: Stories, cloudinary: httpx2.Client, differences: GetDifferences
) -> None:
    story = v2.upload()
    cloudinary.post("/_faults", json={"on": "destroy", "kind": "420", "calls": 2})

    assert v2.delete(story.story_id).status_code == 200

    assert differences() == NONE
    assert cloudinary.get("/_faults").json()["faults"] == []


def test_the_sweeper_removes_assets_of_a_killed_function(
    v2: Stories,
    cloudinary: httpx2.Client,
    differences: GetDifferences,
    kill: Callable[[str], None],
) -> None:
    before = v2.ids()
    cloudinary.delete("/_requests")
    cloudinary.post(
        "/_faults", json={"on": "upload", "kind": "slow", "seconds": 2, "calls": 1, "after": 2}
    )
    with ThreadPoolExecutor() as pool:
        upload = pool.submit(v2.post, picture(), picture(), picture())
        assert eventually(lambda: len(cloudinary.get("/_requests").json()["requests"]) >= 3)
        kill("StoriesV2Function")
        response = upload.result()

    assert response.status_code == 502
    assert set(response.json()) == {"detail", "error", "code", "details", "status", "message"}
    assert v2.ids() == before
    assert differences() == NONE


def test_an_upload_that_s3_rejects_leaves_no_assets(
    v1: Stories, revoke_permission: RevokePermission, differences: GetDifferences
) -> None:
    before = v1.ids()

    with revoke_permission("StoriesV1Function", "s3:PutObject"):
        response = v1.post(picture(), picture())

    assert (response.status_code, response.json()) == (500, {"detail": V1.upload_error})
    assert v1.ids() == before
    assert differences() == NONE


def test_an_upload_whose_row_is_rejected_leaves_no_assets(
    v2: Stories, revoke_permission: RevokePermission, differences: GetDifferences
) -> None:
    with revoke_permission("StoriesV2Function", "dynamodb:UpdateItem"):
        assert v2.post(picture(), picture()).status_code == 500

    assert differences() == NONE


def test_a_repeated_stream_record_removes_no_other_assets(
    v2: Stories, invoke: Invoke, differences: GetDifferences
) -> None:
    deleted, other = v2.upload(), v2.upload()
    v2.delete(deleted.story_id)
    removed = {
        "eventName": "REMOVE",
        "eventSource": "aws:dynamodb",
        "dynamodb": {
            "SequenceNumber": "1",
            "OldImage": {
                "store": {"S": "cloudinary"},
                "images": {
                    "L": [{"M": {"public_id": {"S": f"darkroom/stories/{deleted.story_id}/1"}}}]
                },
            },
        },
    }

    for _ in range(2):
        assert invoke("AssetOutboxFunction", {"Records": [removed]}) == {"batchItemFailures": []}

    assert differences() == NONE
    assert v2.get(other.story_id).status_code == 200


def test_redriven_dead_letters_are_processed(
    v2: Stories,
    aws: Callable[[str], Any],
    stack: Stack,
    cloudinary: httpx2.Client,
) -> None:
    url = upload_asset(cloudinary, "darkroom/unowned/1")
    aws("sqs").send_message(
        QueueUrl=stack.physical("AssetDeletionsFailed"),
        MessageBody='{"store": "cloudinary", "public_ids": ["darkroom/unowned/1"]}',
    )

    assert redrive(stack, "AssetDeletions") == 1

    assert eventually(lambda: cloudinary.get(url).status_code == 404)


@pytest.mark.parametrize("contract", [V1, V2], ids=["v1", "v2"])
def test_a_story_uploaded_during_a_delete_all_is_complete_or_deleted(
    api: httpx2.Client, contract: StoriesContract, differences: GetDifferences
) -> None:
    stories = Stories(api, contract)
    start = threading.Barrier(7)

    def upload() -> Any:
        start.wait()
        return stories.upload(picture(seed=1), picture(seed=2))

    def delete_all() -> None:
        start.wait()
        stories.delete_all()

    with ThreadPoolExecutor(7) as pool:
        uploads = [pool.submit(upload) for _ in range(6)]
        pool.submit(delete_all).result()
        uploaded = [future.result() for future in uploads]

    assert differences() == NONE
    listed = stories.urls()
    for story in uploaded:
        exists = stories.get(story.story_id).status_code == 200
        assert [url in listed for url in story.urls] == [exists, exists]


def upload_asset(cloudinary: httpx2.Client, public_id: str) -> str:
    response = cloudinary.post(
        "/v1_1/demo/image/upload",
        auth=("key", "secret"),
        data={"public_id": public_id},
        files={"file": ("a.jpg", picture(), "image/jpeg")},
    )
    return str(response.json()["secure_url"])


def destroy_asset(cloudinary: httpx2.Client, public_id: str) -> None:
    cloudinary.post(
        "/v1_1/demo/image/destroy",
        auth=("key", "secret"),
        data={"public_id": public_id, "invalidate": "1"},
    )
