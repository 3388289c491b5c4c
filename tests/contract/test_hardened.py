"""The contract mode `hardened`: operations that require a token or an administrator."""

from typing import Any

import httpx2
import pytest

from tests.support.gallery import User
from tests.support.generation import GENERATE, JOBS, RESPOND_ASYNC
from tests.support.images import picture
from tests.support.publications import new_publication
from tests.support.stories import V1, V2, Stories

pytestmark = pytest.mark.hardened

STORY = "123e4567-e89b-12d3-a456-426614174000"
ITEM = {"name": "n", "value": "v"}
# Operations of each kind, with the key of the error message in their envelope.
TOKEN_REQUIRED: list[tuple[str, str, dict[str, Any], str]] = [
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
ADMINISTRATORS_ONLY: list[tuple[str, str, dict[str, Any], str]] = [
    ("DELETE", "/api/v1/images", {}, "detail"),
    ("DELETE", "/api/v2/images", {}, "detail"),
    ("POST", "/api/images/settings", {"json": ITEM}, "message"),
    ("PUT", "/api/images/styles/1", {"json": {"name": "n"}}, "message"),
    ("DELETE", "/api/images/formats/1", {}, "message"),
    ("POST", "/api/images/comfyui/start", {}, "message"),
]


@pytest.mark.point("X1", "X6")
@pytest.mark.parametrize(("method", "path", "options", "key"), TOKEN_REQUIRED)
def test_an_open_group_requires_a_token(
    anonymous: httpx2.Client, method: str, path: str, options: dict[str, Any], key: str
) -> None:
    for headers in ({}, {"Authorization": "Bearer no.real.token"}):
        response = anonymous.request(method, path, headers=headers, **options)

        assert response.status_code == 401
        assert response.json()[key] == "Could not validate credentials"
        # API Gateway renames this header in responses of a function.
        assert response.headers["x-amzn-Remapped-WWW-Authenticate"] == "Bearer"


@pytest.mark.point("X1", "X6")
@pytest.mark.parametrize(("method", "path", "options", "key"), ADMINISTRATORS_ONLY)
def test_administrative_operations_reject_other_users(
    john: User, method: str, path: str, options: dict[str, Any], key: str
) -> None:
    response = john.request(method, path, **options)

    assert response.status_code == 403
    assert response.json()[key] == "Administrators only"


@pytest.mark.safe
@pytest.mark.point("X6")
@pytest.mark.parametrize("path", ["/", "/health", "/api/images/comfyui/status"])
def test_public_operations_require_no_token(anonymous: httpx2.Client, path: str) -> None:
    assert anonymous.get(path).status_code == 200


@pytest.mark.point("X6", "X14")
def test_the_path_of_a_v1_image_requires_no_token(
    api: httpx2.Client, anonymous: httpx2.Client
) -> None:
    path = Stories(api, V1).upload().urls[0]

    assert anonymous.get(path).status_code == 302


@pytest.mark.point("X6")
@pytest.mark.parametrize("contract", [V1, V2], ids=["v1", "v2"])
def test_any_user_can_delete_a_story(api: httpx2.Client, john: User, contract: Any) -> None:
    story = Stories(api, contract).upload()

    assert john.delete(f"{contract.base}/{story.story_id}").status_code == 200


@pytest.mark.point("X6")
def test_only_the_owner_and_administrators_see_a_job(
    john: User, jane: User, api: httpx2.Client
) -> None:
    created = john.request("POST", GENERATE, json={"prompt": "a pier"}, headers=RESPOND_ASYNC)
    job_id = created.json()["job_id"]

    assert [job["job_id"] for job in john.get(JOBS).json()] == [job_id]
    assert jane.get(JOBS).json() == []
    assert jane.get(f"{JOBS}/{job_id}").status_code == 404
    assert jane.delete(f"{JOBS}/{job_id}").status_code == 404
    assert api.get(f"{JOBS}/{job_id}").status_code == 200
    assert john.get(f"{JOBS}/{job_id}").status_code == 200


def test_one_key_of_two_users_starts_two_jobs(john: User, jane: User) -> None:
    headers = {**RESPOND_ASYNC, "Idempotency-Key": f"shared-{john.user_id}"}

    first, second = (
        person.request("POST", GENERATE, json={"prompt": "a pier"}, headers=headers)
        for person in (john, jane)
    )

    assert first.json()["job_id"] != second.json()["job_id"]


def test_a_key_does_not_expose_a_response_to_other_callers(
    api: httpx2.Client, anonymous: httpx2.Client, john: User
) -> None:
    headers = {"Idempotency-Key": f"mine-{john.user_id}"}
    files = {"files": ("a.jpg", picture(), "image/jpeg")}
    path = f"{V2.base}/upload"
    first = api.post(path, files=files, headers=headers).json()

    assert anonymous.post(path, files=files, headers=headers).status_code == 401
    second = john.request("POST", path, files=files, headers=headers)
    assert second.json()["story_id"] != first["story_id"]


def test_only_the_caller_who_began_a_direct_upload_can_complete_it(john: User, jane: User) -> None:
    body = {"files": [{"name": "a.jpg", "content_type": "image/jpeg", "size": 10}]}
    upload = john.request("POST", f"{V2.base}/uploads", json=body).json()

    assert jane.request("POST", upload["complete_url"]).status_code == 404
    assert john.request("POST", upload["complete_url"]).status_code == 400


@pytest.mark.point("P2")
def test_the_premium_field_is_ignored(john: User) -> None:
    publication = new_publication(john)
    for seed in range(4):
        publication.upload(seed, isPremium="true")

    assert publication.add(picture(seed=9), isPremium="true").status_code == 403
