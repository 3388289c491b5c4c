"""Under one `Idempotency-Key` a request does what it does once."""

import uuid
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from tests.support.gallery import Person, account, new_name
from tests.support.images import picture
from tests.support.publications import ROOT, Publication, new_publication, refusal
from tests.support.stories import V1, V2, Contract, Stories, parts

Call = Callable[..., httpx2.Response]
STYLE = {"name": "Pencil", "prompt_template": "pencil sketch of {prompt}"}


def new_key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}


@pytest.fixture
def publication(john: Person) -> Publication:
    return new_publication(john)


@pytest.fixture(params=["v1", "v2", "gallery", "publication", "publication image", "catalog"])
def post(
    request: pytest.FixtureRequest, api: httpx2.Client, john: Person, publication: Publication
) -> Call:
    """One of the calls that take a key, with a body that differs from seed to seed."""
    caller = api if request.param == "catalog" else john

    def call(headers: dict[str, str], seed: int = 0) -> httpx2.Response:
        image = ("a.jpg", picture(seed=seed), "image/jpeg")
        options: dict[str, tuple[str, dict[str, Any]]] = {
            "v1": (f"{V1.base}/upload", {"files": {"files": image}}),
            "v2": (f"{V2.base}/upload", {"files": {"files": image}}),
            "gallery": ("/images/upload", {"files": {"file": image}}),
            "publication": (ROOT, {"json": {"publicationId": f"{publication.id}-{seed}"}}),
            "publication image": (publication.images_path, {"files": {"image": image}}),
            "catalog": ("/api/images/styles", {"json": {**STYLE, "description": str(seed)}}),
        }
        path, body = options[request.param]
        return caller.request("POST", path, headers=headers, **body)

    return call


def test_a_repeat_gets_the_first_answer(post: Call) -> None:
    key = new_key()

    first, second = post(key), post(key)

    assert first.status_code in (200, 201), first.text
    assert "Idempotent-Replayed" not in first.headers
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert second.headers["Content-Type"] == first.headers["Content-Type"]
    assert second.headers["Idempotent-Replayed"] == "true"


def test_another_body_under_the_key_is_a_conflict(post: Call) -> None:
    key = new_key()
    first = post(key)

    answer = post(key, seed=1)

    assert answer.status_code == 409
    assert set(answer.json()) in (
        {"detail"},
        {"error", "code", "details"},
        {"status", "message", "details"},
    )
    assert post(key).content == first.content


def test_another_key_is_another_request(post: Call) -> None:
    assert "Idempotent-Replayed" not in post(new_key()).headers
    assert "Idempotent-Replayed" not in post(new_key()).headers


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_has_up_to_255_characters(post: Call, key: str) -> None:
    answer = post({"Idempotency-Key": key})

    assert answer.status_code == (422 if answer.request.url.path == "/images/upload" else 400)
    assert post({"Idempotency-Key": "x" * 215 + str(uuid.uuid4())}).status_code in (200, 201)


@pytest.mark.parametrize("contract", [V1, V2])
def test_what_comes_in_another_way_under_the_key_is_a_conflict(
    api: httpx2.Client, contract: Contract
) -> None:
    stories, key = Stories(api, contract), new_key()

    def post(*sent: Any) -> int:
        return api.post(f"{stories.base}/upload", files=list(sent), headers=key).status_code

    one, two = parts(picture(), picture(seed=1))
    assert post(one, two) == 200
    assert post(two, one) == 409
    assert post(one) == 409
    assert post(one, ("files", ("b.jpg", picture(seed=1), "image/jpeg"))) == 409
    assert post(one, two) == 200


@pytest.mark.local
def test_one_story_comes_of_many_repeats(api: httpx2.Client) -> None:
    stories, key = Stories(api, V2), new_key()
    before = stories.ids()

    answers = [
        api.post(f"{stories.base}/upload", files=parts(picture()), headers=key) for _ in range(100)
    ]

    assert {answer.json()["story_id"] for answer in answers} == set(stories.ids()) - set(before)
    assert len({answer.content for answer in answers}) == 1


def test_a_key_belongs_to_its_caller(john: Person, jane: Person) -> None:
    key = new_key()

    ids = [person.post_image(headers=key).json()["image_id"] for person in (john, jane, john)]

    assert ids[0] == ids[2] != ids[1]
    assert [image["image_id"] for image in jane.my_images()] == [ids[1]]


def test_a_key_belongs_to_its_path(api: httpx2.Client, john: Person) -> None:
    key = new_key()
    one, two = new_publication(john), new_publication(john)
    files = {"image": ("a.jpg", picture(), "image/jpeg")}

    answers = [
        john.request("POST", path, headers=key, files=files)
        for path in (one.images_path, two.images_path, f"{one.images_path}/")
    ]

    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert answers[2].content == answers[0].content != answers[1].content


def test_a_refusal_is_kept_too(publication: Publication) -> None:
    key = new_key()
    for seed in range(4):
        publication.added(seed)
    files = {"image": ("a.jpg", picture(seed=4), "image/jpeg")}

    def post() -> httpx2.Response:
        return publication.owner.request("POST", publication.images_path, headers=key, files=files)

    first = post()
    publication.owner.delete(publication.images_path)

    assert refusal(first) == (403, "IMAGE_LIMIT_REACHED")
    assert post().content == first.content
    assert post().headers["Idempotent-Replayed"] == "true"


def test_a_failure_is_not_kept(api: httpx2.Client, cloudinary: httpx2.Client) -> None:
    stories, key = Stories(api, V2), new_key()
    cloudinary.post("/_faults", json={"on": "upload", "kind": "500", "calls": 2})

    answers = [
        api.post(f"{stories.base}/upload", files=parts(picture()), headers=key) for _ in range(3)
    ]

    assert [answer.status_code for answer in answers] == [500, 200, 200]
    assert ["Idempotent-Replayed" in answer.headers for answer in answers] == [False, False, True]


def test_what_is_no_form_is_refused_and_kept_as_it_is(api: httpx2.Client) -> None:
    headers = {"Content-Type": "multipart/form-data", **new_key()}

    answers = [api.post(f"{V2.base}/upload", content=b"x", headers=headers) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert answers[0].content == answers[1].content


def test_without_a_key_every_request_counts(api: httpx2.Client) -> None:
    stories = Stories(api, V1)

    assert stories.upload(picture()).story_id != stories.upload(picture()).story_id


def test_accounts_know_no_keys(api: httpx2.Client) -> None:
    name, key = new_name(), new_key()

    answers = [api.post("/auth/register", json=account(name), headers=key) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 400]
    assert "Idempotent-Replayed" not in answers[1].headers
