"""No asset without a row, no row without its assets, whatever fails."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest

from ops.reconcile import Asset, Differences, compare
from ops.redrive import redrive
from ops.stack import Stack
from tests.e2e.conftest import Without
from tests.support.images import picture
from tests.support.stories import V1, V2, Contract, Stories, eventually

NONE = Differences([], [])
Settled = Callable[[], Differences]
Invoke = Callable[[str, Any], Any]


@pytest.fixture
def v1(api: httpx2.Client) -> Stories:
    return Stories(api, V1)


@pytest.fixture
def v2(api: httpx2.Client) -> Stories:
    return Stories(api, V2)


@pytest.mark.parametrize("contract", [V1, V2], ids=["v1", "v2"])
def test_deleted_stories_take_their_assets_along(
    api: httpx2.Client, contract: Contract, differences: Settled
) -> None:
    stories = Stories(api, contract)
    one, *others = [stories.upload(picture(seed=1), picture(seed=2)) for _ in range(3)]
    stories.delete(one.story_id)
    assert differences() == NONE

    stories.delete_all()

    assert differences() == NONE
    assert stories.urls() == []
    assert others


def test_a_deleted_picture_is_no_longer_served(v2: Stories, cloudinary: httpx2.Client) -> None:
    url = v2.upload().urls[0]
    assert cloudinary.get(url).status_code == 200

    v2.delete_all()

    assert eventually(lambda: cloudinary.get(url).status_code == 404)


def test_assets_that_are_not_ours_survive(
    v2: Stories, cloudinary: httpx2.Client, stack: Stack, differences: Settled
) -> None:
    assert differences() == NONE
    story = v2.upload()
    foreign = [put(cloudinary, f"darkroom/stories/{story.story_id}0/1"), put(cloudinary, "own/1")]

    v2.delete(story.story_id)
    v2.delete_all()

    assert eventually(lambda: cloudinary.get(story.urls[0]).status_code == 404)
    assert [cloudinary.get(url).status_code for url in foreign] == [200, 200]
    # The one in our folder is what the check exists for.
    left_over = Asset("cloudinary", f"darkroom/stories/{story.story_id}0/1")
    assert compare(stack) == Differences([], [left_over])
    destroy(cloudinary, left_over.public_id)


@pytest.mark.parametrize("kind", ["500", "500_after_success", "close_connection"])
def test_a_failure_at_the_second_of_three_files_leaves_nothing(
    v2: Stories, cloudinary: httpx2.Client, differences: Settled, kind: str
) -> None:
    before = v2.ids()
    # The second and the third are stored side by side, and each is tried twice.
    cloudinary.post("/_faults", json={"on": "upload", "kind": kind, "calls": 4, "after": 1})

    assert v2.post(picture(), picture(), picture()).status_code == 500

    assert v2.ids() == before
    assert differences() == NONE


def test_what_a_store_keeps_after_its_time_out_is_destroyed_too(
    v2: Stories, cloudinary: httpx2.Client, stack: Stack, differences: Settled
) -> None:
    # The client gives both attempts up after ten seconds; the second is stored all the same.
    for kind in ("hang", "slow"):
        cloudinary.post("/_faults", json={"on": "upload", "kind": kind, "seconds": 11})

    answer = v2.post(picture())

    assert (answer.status_code, answer.json()) == (500, {"detail": V2.failure})
    assert eventually(lambda: bool(compare(stack)))
    assert differences() == NONE


def test_a_destroy_that_is_refused_twice_is_tried_again(
    v2: Stories, cloudinary: httpx2.Client, differences: Settled
) -> None:
    story = v2.upload()
    cloudinary.post("/_faults", json={"on": "destroy", "kind": "420", "calls": 2})

    assert v2.delete(story.story_id).status_code == 200

    assert differences() == NONE
    assert cloudinary.get("/_faults").json()["faults"] == []


def test_what_a_killed_function_has_stored_is_swept(
    v2: Stories,
    cloudinary: httpx2.Client,
    differences: Settled,
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
        answer = upload.result()

    assert answer.status_code == 502
    assert set(answer.json()) == {"detail", "error", "code", "details", "status", "message"}
    assert v2.ids() == before
    assert differences() == NONE


def test_an_upload_that_s3_refuses_leaves_nothing(
    v1: Stories, without: Without, differences: Settled
) -> None:
    before = v1.ids()

    with without("StoriesV1Function", "s3:PutObject"):
        answer = v1.post(picture(), picture())

    assert (answer.status_code, answer.json()) == (500, {"detail": V1.failure})
    assert v1.ids() == before
    assert differences() == NONE


def test_an_upload_whose_row_is_refused_leaves_nothing(
    v2: Stories, without: Without, differences: Settled
) -> None:
    with without("StoriesV2Function", "dynamodb:UpdateItem"):
        assert v2.post(picture(), picture()).status_code == 500

    assert differences() == NONE


def test_streams_and_queues_may_deliver_twice(
    v2: Stories, invoke: Invoke, differences: Settled
) -> None:
    gone, kept = v2.upload(), v2.upload()
    v2.delete(gone.story_id)
    removed = {
        "eventName": "REMOVE",
        "eventSource": "aws:dynamodb",
        "dynamodb": {
            "SequenceNumber": "1",
            "OldImage": {
                "store": {"S": "cloudinary"},
                "images": {
                    "L": [{"M": {"public_id": {"S": f"darkroom/stories/{gone.story_id}/1"}}}]
                },
            },
        },
    }

    for _ in range(2):
        assert invoke("AssetOutboxFunction", {"Records": [removed]}) == {"batchItemFailures": []}

    assert differences() == NONE
    assert v2.get(kept.story_id).status_code == 200


def test_dead_letters_can_be_redriven(
    v2: Stories,
    aws: Callable[[str], Any],
    stack: Stack,
    cloudinary: httpx2.Client,
) -> None:
    url = put(cloudinary, "darkroom/elsewhere/1")
    aws("sqs").send_message(
        QueueUrl=stack.physical("AssetDeletionsFailed"),
        MessageBody='{"store": "cloudinary", "public_ids": ["darkroom/elsewhere/1"]}',
    )

    assert redrive(stack, "AssetDeletions") == 1

    assert eventually(lambda: cloudinary.get(url).status_code == 404)


@pytest.mark.parametrize("contract", [V1, V2], ids=["v1", "v2"])
def test_a_story_uploaded_while_all_are_deleted_is_whole_or_gone(
    api: httpx2.Client, contract: Contract, differences: Settled
) -> None:
    stories = Stories(api, contract)
    begin = threading.Barrier(7)

    def upload() -> Any:
        begin.wait()
        return stories.upload(picture(seed=1), picture(seed=2))

    def delete_all() -> None:
        begin.wait()
        stories.delete_all()

    with ThreadPoolExecutor(7) as pool:
        uploads = [pool.submit(upload) for _ in range(6)]
        pool.submit(delete_all).result()
        uploaded = [future.result() for future in uploads]

    assert differences() == NONE
    listed = stories.urls()
    for story in uploaded:
        is_there = stories.get(story.story_id).status_code == 200
        assert [url in listed for url in story.urls] == [is_there, is_there]


def put(cloudinary: httpx2.Client, public_id: str) -> str:
    answer = cloudinary.post(
        "/v1_1/demo/image/upload",
        auth=("key", "secret"),
        data={"public_id": public_id},
        files={"file": ("a.jpg", picture(), "image/jpeg")},
    )
    return str(answer.json()["secure_url"])


def destroy(cloudinary: httpx2.Client, public_id: str) -> None:
    cloudinary.post(
        "/v1_1/demo/image/destroy",
        auth=("key", "secret"),
        data={"public_id": public_id, "invalidate": "1"},
    )
