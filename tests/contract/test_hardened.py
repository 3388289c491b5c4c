"""The contract mode `hardened`: which calls ask for a token, which for an administrator's."""

from typing import Any

import httpx2
import pytest

from tests.support.gallery import Person
from tests.support.generation import GENERATE, JOBS, NOW
from tests.support.images import picture
from tests.support.publications import new_publication
from tests.support.stories import V1, V2, Stories

pytestmark = pytest.mark.hardened

STORY = "123e4567-e89b-12d3-a456-426614174000"
ITEM = {"name": "n", "value": "v"}
# A call of each kind, and the key that tells an error in its contract.
ASKING: list[tuple[str, str, dict[str, Any], str]] = [
    *(
        (method, f"{base}{path}", {}, "detail")
        for base in ("/api/v1/images", "/api/v2/images")
        for method, path in (
            ("GET", ""),
            ("GET", "/story-ids"),
            ("GET", f"/{STORY}"),
            ("POST", "/upload"),
            ("DELETE", f"/{STORY}"),
            ("DELETE", ""),
        )
    ),
    ("GET", "/api/images/settings", {}, "message"),
    ("GET", "/api/images/styles/1", {}, "message"),
    ("POST", "/api/images/settings", {"json": ITEM}, "message"),
    ("POST", GENERATE, {"json": {"prompt": "a pier"}}, "message"),
    ("POST", "/api/v1/posts/17/generate_images", {"json": {"prompt": "a pier"}}, "message"),
    ("GET", JOBS, {}, "message"),
    ("GET", f"{JOBS}/{STORY}", {}, "message"),
    ("DELETE", f"{JOBS}/{STORY}", {}, "message"),
    ("POST", "/api/images/comfyui/start", {}, "message"),
]
ADMINISTRATORS_ALONE: list[tuple[str, str, dict[str, Any], str]] = [
    ("DELETE", "/api/v1/images", {}, "detail"),
    ("DELETE", "/api/v2/images", {}, "detail"),
    ("POST", "/api/images/settings", {"json": ITEM}, "message"),
    ("PUT", "/api/images/styles/1", {"json": {"name": "n"}}, "message"),
    ("DELETE", "/api/images/formats/1", {}, "message"),
    ("POST", "/api/images/comfyui/start", {}, "message"),
]


@pytest.mark.point("X1", "X6")
@pytest.mark.parametrize(("method", "path", "options", "key"), ASKING)
def test_an_open_group_asks_for_a_token(
    anonymous: httpx2.Client, method: str, path: str, options: dict[str, Any], key: str
) -> None:
    for headers in ({}, {"Authorization": "Bearer no.real.token"}):
        answer = anonymous.request(method, path, headers=headers, **options)

        assert answer.status_code == 401
        assert answer.json()[key] == "Could not validate credentials"
        # A REST API gives this header of a function another name.
        assert answer.headers["x-amzn-Remapped-WWW-Authenticate"] == "Bearer"


@pytest.mark.point("X1", "X6")
@pytest.mark.parametrize(("method", "path", "options", "key"), ADMINISTRATORS_ALONE)
def test_some_calls_are_an_administrators(
    john: Person, method: str, path: str, options: dict[str, Any], key: str
) -> None:
    answer = john.request(method, path, **options)

    assert answer.status_code == 403
    assert answer.json()[key] == "Administrators only"


@pytest.mark.safe
@pytest.mark.point("X6")
@pytest.mark.parametrize("path", ["/", "/health", "/api/images/comfyui/status"])
def test_some_calls_stay_open(anonymous: httpx2.Client, path: str) -> None:
    assert anonymous.get(path).status_code == 200


@pytest.mark.point("X6", "X14")
def test_a_path_of_v1_stays_open(api: httpx2.Client, anonymous: httpx2.Client) -> None:
    path = Stories(api, V1).upload().urls[0]

    assert anonymous.get(path).status_code == 302


@pytest.mark.point("X6")
@pytest.mark.parametrize("contract", [V1, V2], ids=["v1", "v2"])
def test_a_story_is_deleted_by_whoever_has_a_token(
    api: httpx2.Client, john: Person, contract: Any
) -> None:
    story = Stories(api, contract).upload()

    assert john.delete(f"{contract.base}/{story.story_id}").status_code == 200


@pytest.mark.point("X6")
def test_jobs_are_their_owners(john: Person, jane: Person, api: httpx2.Client) -> None:
    made = john.request("POST", GENERATE, json={"prompt": "a pier"}, headers=NOW)
    job_id = made.json()["job_id"]

    assert [job["job_id"] for job in john.get(JOBS).json()] == [job_id]
    assert jane.get(JOBS).json() == []
    assert jane.get(f"{JOBS}/{job_id}").status_code == 404
    assert jane.delete(f"{JOBS}/{job_id}").status_code == 404
    assert api.get(f"{JOBS}/{job_id}").status_code == 200
    assert john.get(f"{JOBS}/{job_id}").status_code == 200


def test_a_key_is_its_owners(john: Person, jane: Person) -> None:
    headers = {**NOW, "Idempotency-Key": f"shared-{john.user_id}"}

    first, second = (
        person.request("POST", GENERATE, json={"prompt": "a pier"}, headers=headers)
        for person in (john, jane)
    )

    assert first.json()["job_id"] != second.json()["job_id"]


def test_a_key_opens_nothing_to_others(
    api: httpx2.Client, anonymous: httpx2.Client, john: Person
) -> None:
    headers = {"Idempotency-Key": f"mine-{john.user_id}"}
    files = {"files": ("a.jpg", picture(), "image/jpeg")}
    path = f"{V2.base}/upload"
    first = api.post(path, files=files, headers=headers).json()

    assert anonymous.post(path, files=files, headers=headers).status_code == 401
    second = john.request("POST", path, files=files, headers=headers)
    assert second.json()["story_id"] != first["story_id"]


def test_a_direct_upload_is_its_beginners(john: Person, jane: Person) -> None:
    announced = {"files": [{"name": "a.jpg", "content_type": "image/jpeg", "size": 10}]}
    begun = john.request("POST", f"{V2.base}/uploads", json=announced).json()

    assert jane.request("POST", begun["complete_url"]).status_code == 404
    assert john.request("POST", begun["complete_url"]).status_code == 400


@pytest.mark.point("P2")
def test_who_says_premium_is_not_believed(john: Person) -> None:
    publication = new_publication(john)
    for seed in range(4):
        publication.added(seed, isPremium="true")

    assert publication.add(picture(seed=9), isPremium="true").status_code == 403
