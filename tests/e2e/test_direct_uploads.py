"""Direct uploads on the whole stack: S3 minds the forms, and nothing is left of what ends badly."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest

from ops.reconcile import Differences
from ops.stack import Stack
from tests.e2e.conftest import Without
from tests.support.direct import new_direct, send, send_all
from tests.support.gallery import Person
from tests.support.images import noise, picture
from tests.support.publications import at_once, refusal
from tests.support.stories import V1, V2, Contract, Stories, eventually

MIB = 1024 * 1024
Settled = Callable[[], Differences]


@pytest.fixture
def pending(aws: Callable[[str], Any], stack: Stack) -> Callable[[], list[str]]:
    """The keys of all objects that no upload has ended."""

    def listed() -> list[str]:
        bucket = stack.physical("ImagesBucket")
        answer = aws("s3").list_objects_v2(Bucket=bucket, Prefix="pending/")
        return [item["Key"] for item in answer.get("Contents", ())]

    return listed


@pytest.mark.parametrize("group", ["v1", "v2"])
def test_a_story_of_ten_photographs_of_5_mb(
    john: Person, group: str, pending: Callable[[], list[str]], differences: Settled
) -> None:
    direct = new_direct(group, john)

    answer = direct.upload(*(noise(5_000_000, seed) for seed in range(10)))

    assert answer.json()["image_count"] == 10
    assert not differences()
    assert pending() == []


def test_5_mib_become_an_image_of_a_publication_and_one_byte_more_leaves_nothing(
    john: Person, pending: Callable[[], list[str]], differences: Settled
) -> None:
    direct = new_direct("publications", john)

    assert direct.upload(noise(5 * MIB)).status_code == 201
    assert refusal(direct.upload(noise(5 * MIB + 1, seed=1))) == (413, "FILE_TOO_LARGE")

    assert not differences()
    assert pending() == []


def test_s3_takes_what_was_announced_and_nothing_else(john: Person) -> None:
    direct = new_direct("v1", john)
    form, other = direct.begun(picture(), picture())["files"]
    elsewhere = {**form, "fields": {**form["fields"], "key": other["fields"]["key"]}}
    forged = {**form, "fields": {**form["fields"], "x-amz-signature": "0" * 64}}

    assert send(form, picture() + b"\0").status_code == 400
    assert send(form, picture()[:-1]).status_code == 400
    assert send(elsewhere).status_code == 403
    assert send(forged).status_code == 403
    assert send(form).status_code == 204


def test_what_is_never_completed_is_swept_when_its_forms_are_over(
    john: Person, pending: Callable[[], list[str]], differences: Settled
) -> None:
    direct = new_direct("v1", john)
    upload = direct.begun(picture(), picture(seed=1))
    sent, missing = upload["files"]
    send(sent, picture())

    assert eventually(lambda: send(missing, picture(seed=1)[:-1]).status_code == 403)
    assert not differences()

    assert pending() == []
    assert direct.complete(upload).status_code == 404


def test_completed_by_many_at_once_it_is_one_story(john: Person, differences: Settled) -> None:
    direct, stories = new_direct("v2", john), Stories(john.api, V2)
    before = set(stories.ids())
    upload = direct.begun(picture(), picture(seed=1))
    send_all(upload, picture(), picture(seed=1))

    answers = at_once(4, lambda _: direct.complete(upload))

    assert len({(answer.status_code, answer.content) for answer in answers}) == 1
    assert {answers[0].json()["story_id"]} == set(stories.ids()) - before
    assert not differences()


def test_completed_by_many_at_once_it_is_one_image_of_a_publication(john: Person) -> None:
    direct = new_direct("publications", john)
    upload = direct.begun(picture())
    send_all(upload, picture())

    answers = at_once(4, lambda _: direct.complete(upload))

    assert len({(answer.status_code, answer.content) for answer in answers}) == 1
    assert answers[0].json()["totalImages"] == 1


def test_what_is_sent_right_after_the_end_goes_too(
    john: Person, pending: Callable[[], list[str]]
) -> None:
    direct = new_direct("v1", john)
    upload = direct.begun(picture())
    send_all(upload, picture())
    first = direct.complete(upload)

    send_all(upload, picture())

    assert direct.complete(upload).content == first.content
    assert eventually(lambda: pending() == [])


@pytest.mark.parametrize("contract", [V1, V2], ids=["v1", "v2"])
def test_a_failure_of_the_store_leaves_the_upload_and_nothing_else(
    john: Person, contract: Contract, without: Without, differences: Settled
) -> None:
    name = "StoriesV1Function" if contract is V1 else "StoriesV2Function"
    direct = new_direct("v1" if contract is V1 else "v2", john)
    upload = direct.begun(picture())
    send_all(upload, picture())

    with without(name, "dynamodb:PutItem"):
        assert direct.complete(upload).status_code == 500

    assert direct.complete(upload).status_code == 200
    assert not differences()


def test_a_function_killed_while_it_completes_leaves_the_upload_to_be_completed(
    john: Person,
    cloudinary: httpx2.Client,
    kill: Callable[[str], None],
    differences: Settled,
) -> None:
    direct, stories = new_direct("v2", john), Stories(john.api, V2)
    before = set(stories.ids())
    upload = direct.begun(picture(), picture(seed=1))
    send_all(upload, picture(), picture(seed=1))
    cloudinary.delete("/_requests")
    cloudinary.post("/_faults", json={"on": "upload", "kind": "slow", "seconds": 2, "calls": 1})
    with ThreadPoolExecutor() as pool:
        completing = pool.submit(direct.complete, upload)
        assert eventually(lambda: len(cloudinary.get("/_requests").json()["requests"]) >= 2)
        kill("StoriesV2Function")
        assert completing.result().status_code == 502

    answer = direct.complete(upload)

    assert {answer.json()["story_id"]} == set(stories.ids()) - before
    assert not differences()


def test_a_page_elsewhere_may_send_the_bytes(john: Person) -> None:
    url = new_direct("v1", john).begun(picture())["files"][0]["url"]
    headers = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}

    answer = httpx2.options(url, headers=headers)

    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] in ("*", "https://example.org")
