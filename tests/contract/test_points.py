"""Points of the contracts that no test of a single call holds up."""

import base64
import json
import re
from collections import Counter
from typing import Any

import httpx2
import pytest

from local.settings import Settings
from local.stack import client
from tests.conftest import Target
from tests.support.gallery import Person, new_name, register
from tests.support.generation import generate
from tests.support.generation import refusal as generations_refusal
from tests.support.images import picture
from tests.support.publications import ROOT, Publication, add_image, at_once, new_publication
from tests.support.stories import V1, V2, Contract, Stories
from tests.support.triggers import event

UNION = {"detail", "error", "code", "details", "status", "message"}
ORIGIN = {"Origin": "https://example.org"}

each_contract = pytest.mark.parametrize("contract", [V1, V2], ids=["v1", "v2"])


@pytest.fixture
def publication(john: Person) -> Publication:
    return new_publication(john)


# --- All contracts -----------------------------------------------------------


@pytest.mark.point("X19", "X22")
def test_browsers_may_read_a_failure(api: httpx2.Client, cloudinary: httpx2.Client) -> None:
    cloudinary.post("/_faults", json={"on": "upload", "kind": "500", "calls": 2})
    files = {"files": ("a.jpg", picture(), "image/jpeg")}

    answer = api.post(f"{V2.base}/upload", files=files, headers=ORIGIN)

    assert answer.status_code == 500
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["X-Request-Id"]


@pytest.mark.safe
@pytest.mark.point("X21")
def test_whoever_is_throttled_learns_when_to_come_back(api: httpx2.Client) -> None:
    answers = at_once(30, lambda _: api.get("/health"))

    throttled = [answer for answer in answers if answer.status_code != 200]
    assert {answer.status_code for answer in throttled} <= {429}
    assert all(answer.headers["Retry-After"] for answer in throttled)
    assert all(set(answer.json()) == UNION for answer in throttled)


@pytest.mark.point("G21")
def test_the_gallery_and_generation_keep_their_error_shapes_apart(
    api: httpx2.Client, john: Person
) -> None:
    assert generations_refusal(api.get("/api/images/unknown"))[0] == 404
    assert list(john.get("/images/unknown").json()) == ["detail"]


# --- Stories -----------------------------------------------------------------


@pytest.mark.point("A10", "X23")
@each_contract
def test_answers_are_strict_json(api: httpx2.Client, contract: Contract) -> None:
    stories = Stories(api, contract)
    uploaded = stories.post(picture())

    for answer in (uploaded, stories.get(uploaded.json()["story_id"]), api.get(contract.base)):
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "application/json"
        json.loads(answer.text, parse_constant=pytest.fail)


@pytest.mark.point("A4")
def test_a_path_takes_nothing_from_the_name_of_the_file(api: httpx2.Client) -> None:
    files = {"files": ("../../etc/passwd.php.jpeg", picture("PNG"), "image/gif")}

    answer = api.post(f"{V1.base}/upload", files=files).json()

    assert answer["image_paths"] == [f"/images/stories/{answer['story_id']}/1.png"]


@pytest.mark.point("A11")
def test_a_store_that_fails_is_told_in_the_words_of_v1(handlers: Target) -> None:
    assert handlers.settings
    s3 = client(handlers.settings, "s3")
    for item in s3.list_objects_v2(Bucket="imagesbucket").get("Contents", []):
        s3.delete_object(Bucket="imagesbucket", Key=item["Key"])
    s3.delete_bucket(Bucket="imagesbucket")

    answer = Stories(handlers.api, V1).post(picture())

    s3.create_bucket(Bucket="imagesbucket")
    assert answer.status_code == 500
    assert answer.json() == {"detail": "Server error during file processing"}


@pytest.mark.point("B1")
def test_deleting_all_stories_spares_the_images_of_others(api: httpx2.Client, john: Person) -> None:
    story = Stories(api, V2).upload()
    others = [john.upload(visibility="public")["image_url"], new_publication(john).added()]

    Stories(api, V2).delete_all()

    assert Stories(api, V2).get(story.story_id).status_code == 404
    assert [httpx2.get(url).status_code for url in others] == [200, 200]


@pytest.mark.point("B2")
def test_a_url_has_the_whole_id_of_its_story(api: httpx2.Client) -> None:
    story = Stories(api, V2).upload()

    assert f"/stories/{story.story_id}/1." in story.urls[0]


@pytest.mark.point("B12")
def test_a_destroyed_image_is_taken_out_of_the_caches(handlers: Target) -> None:
    assert handlers.functions and handlers.cloudinary
    story = Stories(handlers.api, V2).upload()
    assert handlers.cloudinary.get(story.urls[0]).status_code == 200
    public_id = f"darkroom/stories/{story.story_id}/1"
    body = json.dumps({"store": "cloudinary", "public_ids": [public_id]})

    handlers.functions.invoke("AssetCleanupFunction", event({"Body": body}))

    assert handlers.cloudinary.get(story.urls[0]).status_code == 404


# --- Publications ------------------------------------------------------------


@pytest.mark.point("P9")
def test_of_ten_images_at_once_a_regular_user_keeps_four(publication: Publication) -> None:
    answers = at_once(10, lambda seed: publication.add(picture(seed=seed)))

    assert Counter(answer.status_code for answer in answers) == {201: 4, 403: 6}
    assert len(publication.images()) == 4


@pytest.mark.point("P8", "P9")
def test_of_one_image_ten_times_at_once_one_is_kept(publication: Publication) -> None:
    answers = at_once(10, lambda _: publication.add())

    assert Counter(answer.status_code for answer in answers) == {201: 1, 400: 9}


@pytest.mark.point("P16")
@pytest.mark.documented
def test_what_premium_has_added_stays_without_it(publication: Publication) -> None:
    for seed in range(5):
        publication.added(seed, isPremium="true")

    answer = publication.add(picture(seed=9))

    assert answer.status_code == 403
    assert len(publication.images()) == 5


@pytest.mark.point("P13")
@pytest.mark.parametrize("publication_id", ["a.b", "a b", "ñ", "x" * 129])
def test_no_publication_has_an_id_that_no_folder_could(john: Person, publication_id: str) -> None:
    assert add_image(john, publication_id).status_code == 404
    assert john.delete(f"{ROOT}/{publication_id}").status_code == 404


# --- Shared Gallery ----------------------------------------------------------


@pytest.mark.point("C7", "C8")
def test_of_ten_who_ask_for_a_name_at_once_one_gets_it(api: httpx2.Client) -> None:
    name = new_name()

    answers = at_once(10, lambda _: register(api, name, email=f"{new_name()}@example.com"))

    assert Counter(answer.status_code for answer in answers) == {201: 1, 400: 9}


@pytest.mark.point("C12")
@pytest.mark.parametrize(
    ("algorithm", "signature"), [("none", ""), ("HS256", "c2lnbmVk"), ("RS256", "c2lnbmVk")]
)
def test_a_token_that_the_pool_did_not_sign_is_refused(
    john: Person, algorithm: str, signature: str
) -> None:
    header = part_of(john.token, 0) | {"alg": algorithm}
    forged = ".".join([encoded(header), john.token.split(".")[1], signature])

    answer = john.api.get("/images/my-images", headers={"Authorization": f"Bearer {forged}"})

    assert answer.status_code == 401


def part_of(token: str, place: int) -> dict[str, Any]:
    part: dict[str, Any] = json.loads(base64.urlsafe_b64decode(token.split(".")[place] + "=="))
    return part


def encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


@pytest.mark.point("C13")
def test_a_user_id_is_none_of_the_pools(john: Person) -> None:
    sub = part_of(john.token, 1)["sub"]
    image_id = john.upload()["image_id"]

    image = john.get(f"/images/{image_id}")

    assert image.json()["user_id"] == john.user_id
    assert sub not in image.text


@pytest.mark.point("C21")
def test_of_ten_shares_with_one_user_at_once_one_is_given(john: Person, jane: Person) -> None:
    image_id = john.upload()["image_id"]

    answers = at_once(10, lambda _: john.share(image_id, jane.username))

    assert Counter(answer.status_code for answer in answers) == {200: 1, 400: 9}
    assert len(jane.shared_with_me()) == 1


@pytest.mark.point("C25b")
def test_a_url_that_was_handed_out_outlives_the_share(john: Person, jane: Person) -> None:
    image_id = john.upload()["image_id"]
    john.share(image_id, jane.username)
    url = jane.shared_with_me()[0]["image_url"]

    john.unshare(image_id, jane.user_id)

    assert jane.get(f"/images/{image_id}").status_code == 403
    assert httpx2.get(url).status_code == 200


@pytest.mark.point("C27")
def test_a_description_of_an_image_is_no_upload(john: Person) -> None:
    body = {"caption": "My first image", "visibility": "public"}

    answer = john.request("POST", "/images/upload", json=body)

    assert answer.status_code == 422
    assert [item["loc"] for item in answer.json()["detail"]] == [["body", "file"]]


@pytest.mark.point("C29")
def test_health_outlasts_its_stores(
    api: httpx2.Client, john: Person, cloudinary: httpx2.Client
) -> None:
    cloudinary.post("/_faults", json={"on": "upload", "kind": "500", "calls": 2})
    assert john.post_image().status_code == 500

    assert api.get("/health").json() == {"status": "healthy"}


@pytest.mark.safe
@pytest.mark.point("C32")
def test_the_api_begins_at_the_root_of_its_host(api: httpx2.Client) -> None:
    assert Settings().port == 8000
    assert api.get("/").json()["message"] == "Welcome to Shared Gallery API"


# --- Generation --------------------------------------------------------------


@pytest.mark.host
@pytest.mark.point("G10b")
def test_a_setting_that_makes_no_sense_is_passed_over(api: httpx2.Client) -> None:
    """Of settings with one name the one with the lowest id counts."""
    settings = api.get("/api/images/settings").json()
    known = next(setting for setting in settings if setting["name"] == "cfg_scale")
    path = f"/api/images/settings/{known['id']}"

    values = [
        (api.put(path, json={"value": value}), generate(api).json()["metadata"]["cfg_scale"])[1]
        for value in ("high", "31", "5.5")
    ]

    api.put(path, json={"value": known["value"]})
    assert values == [7.0, 7.0, 5.5]


@pytest.mark.host
@pytest.mark.point("G11")
def test_of_settings_with_one_name_the_first_counts(api: httpx2.Client) -> None:
    later = {"name": "cfg_scale", "value": "29"}
    created = api.post("/api/images/settings", json=later)

    metadata = generate(api).json()["metadata"]

    api.delete(f"/api/images/settings/{created.json()['id']}")
    assert created.status_code == 201
    assert metadata["cfg_scale"] != 29


@pytest.mark.host
@pytest.mark.point("G19")
def test_an_image_is_kept_where_its_host_is_not(api: httpx2.Client) -> None:
    url = generate(api).json()["image_url"]

    assert re.fullmatch(r"https?://[^?]+/image/upload/[^?]+/generated/[^?]+\.png", url)
