"""Points that the tests of single operations do not prove, such as concurrency and failures."""

import base64
import json
import re
from collections import Counter
from typing import Any

import httpx2
import pytest

from local.settings import Settings
from local.stack import client
from tests.conftest import SystemUnderTest
from tests.support.gallery import User, new_name, register
from tests.support.generation import generate, generation_error
from tests.support.images import picture
from tests.support.publications import (
    ROOT,
    Publication,
    add_image,
    call_in_threads,
    new_publication,
)
from tests.support.queue_reader import sqs_event
from tests.support.stories import V1, V2, Stories, StoriesContract

ALL_ERROR_KEYS = {"detail", "error", "code", "details", "status", "message"}
ORIGIN = {"Origin": "https://example.org"}

each_contract = pytest.mark.parametrize("contract", [V1, V2], ids=["v1", "v2"])


@pytest.fixture
def publication(john: User) -> Publication:
    return new_publication(john)


# --- All contracts -----------------------------------------------------------


@pytest.mark.point("X19", "X22")
def test_browsers_can_read_a_failure(api: httpx2.Client, cloudinary: httpx2.Client) -> None:
    cloudinary.post("/_faults", json={"on": "upload", "kind": "500", "calls": 2})
    files = {"files": ("a.jpg", picture(), "image/jpeg")}

    response = api.post(f"{V2.base}/upload", files=files, headers=ORIGIN)

    assert response.status_code == 500
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["X-Request-Id"]


@pytest.mark.safe
@pytest.mark.point("X21")
def test_a_throttled_request_returns_retry_after(api: httpx2.Client) -> None:
    responses = call_in_threads(30, lambda _: api.get("/health"))

    throttled = [response for response in responses if response.status_code != 200]
    assert {response.status_code for response in throttled} <= {429}
    assert all(response.headers["Retry-After"] for response in throttled)
    assert all(set(response.json()) == ALL_ERROR_KEYS for response in throttled)


@pytest.mark.point("G21")
def test_the_gallery_and_generation_keep_their_envelopes(api: httpx2.Client, john: User) -> None:
    assert generation_error(api.get("/api/images/unknown"))[0] == 404
    assert list(john.get("/images/unknown").json()) == ["detail"]


# --- Stories -----------------------------------------------------------------


@pytest.mark.point("A10", "X23")
@each_contract
def test_responses_are_strict_json(api: httpx2.Client, contract: StoriesContract) -> None:
    stories = Stories(api, contract)
    uploaded = stories.post(picture())

    for response in (uploaded, stories.get(uploaded.json()["story_id"]), api.get(contract.base)):
        assert response.status_code == 200
        assert response.headers["Content-Type"] == "application/json"
        json.loads(response.text, parse_constant=pytest.fail)


@pytest.mark.point("A4")
def test_a_path_contains_nothing_of_the_file_name(api: httpx2.Client) -> None:
    files = {"files": ("../../etc/passwd.php.jpeg", picture("PNG"), "image/gif")}

    response = api.post(f"{V1.base}/upload", files=files).json()

    assert response["image_paths"] == [f"/images/stories/{response['story_id']}/1.png"]


@pytest.mark.point("A11")
def test_a_storage_failure_in_v1_returns_the_documented_error(
    local_functions: SystemUnderTest,
) -> None:
    assert local_functions.settings
    s3 = client(local_functions.settings, "s3")
    for item in s3.list_objects_v2(Bucket="imagesbucket").get("Contents", []):
        s3.delete_object(Bucket="imagesbucket", Key=item["Key"])
    s3.delete_bucket(Bucket="imagesbucket")

    response = Stories(local_functions.api, V1).post(picture())

    s3.create_bucket(Bucket="imagesbucket")
    assert response.status_code == 500
    assert response.json() == {"detail": "Server error during file processing"}


@pytest.mark.point("B1")
def test_deleting_all_stories_keeps_images_of_other_groups(api: httpx2.Client, john: User) -> None:
    story = Stories(api, V2).upload()
    other_urls = [john.upload(visibility="public")["image_url"], new_publication(john).upload()]

    Stories(api, V2).delete_all()

    assert Stories(api, V2).get(story.story_id).status_code == 404
    assert [httpx2.get(url).status_code for url in other_urls] == [200, 200]


@pytest.mark.point("B2")
def test_a_url_contains_the_full_story_id(api: httpx2.Client) -> None:
    story = Stories(api, V2).upload()

    assert f"/stories/{story.story_id}/1." in story.urls[0]


@pytest.mark.point("B12")
def test_a_deleted_asset_is_removed_from_the_caches(local_functions: SystemUnderTest) -> None:
    assert local_functions.functions and local_functions.cloudinary
    story = Stories(local_functions.api, V2).upload()
    assert local_functions.cloudinary.get(story.urls[0]).status_code == 200
    public_id = f"darkroom/stories/{story.story_id}/1"
    body = json.dumps({"store": "cloudinary", "public_ids": [public_id]})

    local_functions.functions.invoke("AssetCleanupFunction", sqs_event({"Body": body}))

    assert local_functions.cloudinary.get(story.urls[0]).status_code == 404


# --- Publications ------------------------------------------------------------


@pytest.mark.point("P9")
def test_concurrent_uploads_do_not_exceed_the_plan_limit(publication: Publication) -> None:
    responses = call_in_threads(10, lambda seed: publication.add(picture(seed=seed)))

    assert Counter(response.status_code for response in responses) == {201: 4, 403: 6}
    assert len(publication.images()) == 4


@pytest.mark.point("P8", "P9")
def test_concurrent_uploads_of_one_image_store_it_once(publication: Publication) -> None:
    responses = call_in_threads(10, lambda _: publication.add())

    assert Counter(response.status_code for response in responses) == {201: 1, 400: 9}


@pytest.mark.point("P16")
@pytest.mark.documented
def test_images_added_with_premium_remain_without_it(publication: Publication) -> None:
    for seed in range(5):
        publication.upload(seed, isPremium="true")

    response = publication.add(picture(seed=9))

    assert response.status_code == 403
    assert len(publication.images()) == 5


@pytest.mark.point("P13")
@pytest.mark.parametrize("publication_id", ["a.b", "a b", "ñ", "x" * 129])
def test_a_publication_id_that_is_not_a_folder_name_returns_404(
    john: User, publication_id: str
) -> None:
    assert add_image(john, publication_id).status_code == 404
    assert john.delete(f"{ROOT}/{publication_id}").status_code == 404


# --- Shared Gallery ----------------------------------------------------------


@pytest.mark.point("C7", "C8")
def test_of_concurrent_registrations_of_a_name_one_succeeds(api: httpx2.Client) -> None:
    name = new_name()

    responses = call_in_threads(
        10, lambda _: register(api, name, email=f"{new_name()}@example.com")
    )

    assert Counter(response.status_code for response in responses) == {201: 1, 400: 9}


@pytest.mark.point("C12")
@pytest.mark.parametrize(
    ("algorithm", "signature"), [("none", ""), ("HS256", "c2lnbmVk"), ("RS256", "c2lnbmVk")]
)
def test_a_token_that_the_pool_did_not_sign_is_rejected(
    john: User, algorithm: str, signature: str
) -> None:
    header = token_part(john.token, 0) | {"alg": algorithm}
    forged = ".".join([encode_part(header), john.token.split(".")[1], signature])

    response = john.api.get("/images/my-images", headers={"Authorization": f"Bearer {forged}"})

    assert response.status_code == 401


def token_part(token: str, index: int) -> dict[str, Any]:
    part: dict[str, Any] = json.loads(base64.urlsafe_b64decode(token.split(".")[index] + "=="))
    return part


def encode_part(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


@pytest.mark.point("C13")
def test_an_image_contains_the_user_id_and_not_the_subject(john: User) -> None:
    subject = token_part(john.token, 1)["sub"]
    image_id = john.upload()["image_id"]

    image = john.get(f"/images/{image_id}")

    assert image.json()["user_id"] == john.user_id
    assert subject not in image.text


@pytest.mark.point("C21")
def test_concurrent_requests_create_one_share(john: User, jane: User) -> None:
    image_id = john.upload()["image_id"]

    responses = call_in_threads(10, lambda _: john.share(image_id, jane.username))

    assert Counter(response.status_code for response in responses) == {200: 1, 400: 9}
    assert len(jane.shared_with_me()) == 1


@pytest.mark.point("C25b")
def test_a_signed_url_works_after_the_share_is_deleted(john: User, jane: User) -> None:
    image_id = john.upload()["image_id"]
    john.share(image_id, jane.username)
    url = jane.shared_with_me()[0]["image_url"]

    john.unshare(image_id, jane.user_id)

    assert jane.get(f"/images/{image_id}").status_code == 403
    assert httpx2.get(url).status_code == 200


@pytest.mark.point("C27")
def test_an_upload_with_a_json_body_is_rejected(john: User) -> None:
    body = {"caption": "My first image", "visibility": "public"}

    response = john.request("POST", "/images/upload", json=body)

    assert response.status_code == 422
    assert [item["loc"] for item in response.json()["detail"]] == [["body", "file"]]


@pytest.mark.point("C29")
def test_the_health_check_ignores_a_storage_failure(
    api: httpx2.Client, john: User, cloudinary: httpx2.Client
) -> None:
    cloudinary.post("/_faults", json={"on": "upload", "kind": "500", "calls": 2})
    assert john.post_image().status_code == 500

    assert api.get("/health").json() == {"status": "healthy"}


@pytest.mark.safe
@pytest.mark.point("C32")
def test_the_api_is_served_at_the_root_of_its_host(api: httpx2.Client) -> None:
    assert Settings().port == 8000
    assert api.get("/").json()["message"] == "Welcome to Shared Gallery API"


# --- Generation --------------------------------------------------------------


@pytest.mark.host
@pytest.mark.point("G10b")
def test_a_setting_with_an_invalid_value_is_ignored(api: httpx2.Client) -> None:
    """The test changes the setting with the lowest id, which applies if several have one name."""
    settings = api.get("/api/images/settings").json()
    setting = next(item for item in settings if item["name"] == "cfg_scale")
    path = f"/api/images/settings/{setting['id']}"

    values = [
        (api.put(path, json={"value": value}), generate(api).json()["metadata"]["cfg_scale"])[1]
        for value in ("high", "31", "5.5")
    ]

    api.put(path, json={"value": setting["value"]})
    assert values == [7.0, 7.0, 5.5]


@pytest.mark.host
@pytest.mark.point("G11")
def test_the_first_of_several_settings_with_one_name_applies(api: httpx2.Client) -> None:
    second = {"name": "cfg_scale", "value": "29"}
    created = api.post("/api/images/settings", json=second)

    metadata = generate(api).json()["metadata"]

    api.delete(f"/api/images/settings/{created.json()['id']}")
    assert created.status_code == 201
    assert metadata["cfg_scale"] != 29


@pytest.mark.host
@pytest.mark.point("G19")
def test_a_generated_image_is_stored_in_cloudinary(api: httpx2.Client) -> None:
    url = generate(api).json()["image_url"]

    assert re.fullmatch(r"https?://[^?]+/image/upload/[^?]+/generated/[^?]+\.png", url)
