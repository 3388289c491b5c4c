"""Direct uploads on the whole stack: S3 checks the forms, and failed uploads leave no objects."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest

from ops.reconcile import Differences
from ops.stack import Stack
from tests.e2e.conftest import RevokePermission
from tests.support.direct_uploads import direct_upload_client, submit_form, submit_forms
from tests.support.gallery import User
from tests.support.images import noise, picture
from tests.support.publications import call_in_threads, publication_error
from tests.support.stories import V1, V2, Stories, StoriesContract, eventually

MIB = 1024 * 1024
GetDifferences = Callable[[], Differences]


@pytest.fixture
def pending_keys(aws: Callable[[str], Any], stack: Stack) -> Callable[[], list[str]]:
    """The keys of all objects of uploads that are not completed."""

    def list_keys() -> list[str]:
        bucket = stack.physical("ImagesBucket")
        response = aws("s3").list_objects_v2(Bucket=bucket, Prefix="pending/")
        return [item["Key"] for item in response.get("Contents", ())]

    return list_keys


@pytest.mark.parametrize("group", ["v1", "v2"])
def test_a_story_of_ten_files_of_5_mb_is_stored(
    john: User, group: str, pending_keys: Callable[[], list[str]], differences: GetDifferences
) -> None:
    direct = direct_upload_client(group, john)

    response = direct.upload(*(noise(5_000_000, seed) for seed in range(10)))

    assert response.json()["image_count"] == 10
    assert not differences()
    assert pending_keys() == []


def test_a_publication_accepts_5_mib_and_rejects_one_byte_more(
    john: User, pending_keys: Callable[[], list[str]], differences: GetDifferences
) -> None:
    direct = direct_upload_client("publications", john)

    assert direct.upload(noise(5 * MIB)).status_code == 201
    assert publication_error(direct.upload(noise(5 * MIB + 1, seed=1))) == (413, "FILE_TOO_LARGE")

    assert not differences()
    assert pending_keys() == []


def test_s3_accepts_only_the_announced_files(john: User) -> None:
    direct = direct_upload_client("v1", john)
    form, other = direct.begin_upload(picture(), picture())["files"]
    other_key = {**form, "fields": {**form["fields"], "key": other["fields"]["key"]}}
    forged = {**form, "fields": {**form["fields"], "x-amz-signature": "0" * 64}}

    assert submit_form(form, picture() + b"\0").status_code == 400
    assert submit_form(form, picture()[:-1]).status_code == 400
    assert submit_form(other_key).status_code == 403
    assert submit_form(forged).status_code == 403
    assert submit_form(form).status_code == 204


def test_an_upload_that_is_not_completed_is_removed_after_its_forms_expire(
    john: User, pending_keys: Callable[[], list[str]], differences: GetDifferences
) -> None:
    direct = direct_upload_client("v1", john)
    upload = direct.begin_upload(picture(), picture(seed=1))
    sent, missing = upload["files"]
    submit_form(sent, picture())

    assert eventually(lambda: submit_form(missing, picture(seed=1)[:-1]).status_code == 403)
    assert not differences()

    assert pending_keys() == []
    assert direct.complete(upload).status_code == 404


def test_parallel_completions_create_one_story(john: User, differences: GetDifferences) -> None:
    direct, stories = direct_upload_client("v2", john), Stories(john.api, V2)
    before = set(stories.ids())
    upload = direct.begin_upload(picture(), picture(seed=1))
    submit_forms(upload, picture(), picture(seed=1))

    responses = call_in_threads(4, lambda _: direct.complete(upload))

    assert len({(response.status_code, response.content) for response in responses}) == 1
    assert {responses[0].json()["story_id"]} == set(stories.ids()) - before
    assert not differences()


def test_parallel_completions_add_one_image_to_a_publication(john: User) -> None:
    direct = direct_upload_client("publications", john)
    upload = direct.begin_upload(picture())
    submit_forms(upload, picture())

    responses = call_in_threads(4, lambda _: direct.complete(upload))

    assert len({(response.status_code, response.content) for response in responses}) == 1
    assert responses[0].json()["totalImages"] == 1


def test_files_sent_after_the_completion_are_removed(
    john: User, pending_keys: Callable[[], list[str]]
) -> None:
    direct = direct_upload_client("v1", john)
    upload = direct.begin_upload(picture())
    submit_forms(upload, picture())
    first = direct.complete(upload)

    submit_forms(upload, picture())

    assert direct.complete(upload).content == first.content
    assert eventually(lambda: pending_keys() == [])


@pytest.mark.parametrize("contract", [V1, V2], ids=["v1", "v2"])
def test_an_upload_can_be_completed_again_after_a_failure(
    john: User,
    contract: StoriesContract,
    revoke_permission: RevokePermission,
    differences: GetDifferences,
) -> None:
    name = "StoriesV1Function" if contract is V1 else "StoriesV2Function"
    direct = direct_upload_client("v1" if contract is V1 else "v2", john)
    upload = direct.begin_upload(picture())
    submit_forms(upload, picture())

    with revoke_permission(name, "dynamodb:PutItem"):
        assert direct.complete(upload).status_code == 500

    assert direct.complete(upload).status_code == 200
    assert not differences()


def test_an_upload_can_be_completed_again_after_a_killed_function(
    john: User,
    cloudinary: httpx2.Client,
    kill: Callable[[str], None],
    differences: GetDifferences,
) -> None:
    direct, stories = direct_upload_client("v2", john), Stories(john.api, V2)
    before = set(stories.ids())
    upload = direct.begin_upload(picture(), picture(seed=1))
    submit_forms(upload, picture(), picture(seed=1))
    cloudinary.delete("/_requests")
    cloudinary.post("/_faults", json={"on": "upload", "kind": "slow", "seconds": 2, "calls": 1})
    with ThreadPoolExecutor() as pool:
        completion = pool.submit(direct.complete, upload)
        assert eventually(lambda: len(cloudinary.get("/_requests").json()["requests"]) >= 2)
        kill("StoriesV2Function")
        assert completion.result().status_code == 502

    response = direct.complete(upload)

    assert {response.json()["story_id"]} == set(stories.ids()) - before
    assert not differences()


def test_a_page_of_another_origin_may_submit_a_form(john: User) -> None:
    url = direct_upload_client("v1", john).begin_upload(picture())["files"][0]["url"]
    headers = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}

    response = httpx2.options(url, headers=headers)

    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] in ("*", "https://example.org")
