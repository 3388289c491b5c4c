"""A repeated request with the same `Idempotency-Key` has no second effect."""

import uuid
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from tests.support.gallery import User, new_name, registration_body
from tests.support.images import picture
from tests.support.publications import ROOT, Publication, new_publication, publication_error
from tests.support.stories import V1, V2, Stories, StoriesContract, file_parts

Post = Callable[..., httpx2.Response]
STYLE = {"name": "Pencil", "prompt_template": "pencil sketch of {prompt}"}


def new_key_header() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}


@pytest.fixture
def publication(john: User) -> Publication:
    return new_publication(john)


@pytest.fixture(params=["v1", "v2", "gallery", "publication", "publication image", "catalog"])
def post(
    request: pytest.FixtureRequest, api: httpx2.Client, john: User, publication: Publication
) -> Post:
    """Sends a request of one operation that accepts a key, with a body that depends on the seed."""
    caller = api if request.param == "catalog" else john

    def send(headers: dict[str, str], seed: int = 0) -> httpx2.Response:
        image = ("a.jpg", picture(seed=seed), "image/jpeg")
        requests: dict[str, tuple[str, dict[str, Any]]] = {
            "v1": (f"{V1.base}/upload", {"files": {"files": image}}),
            "v2": (f"{V2.base}/upload", {"files": {"files": image}}),
            "gallery": ("/images/upload", {"files": {"file": image}}),
            "publication": (ROOT, {"json": {"publicationId": f"{publication.id}-{seed}"}}),
            "publication image": (publication.images_path, {"files": {"image": image}}),
            "catalog": ("/api/images/styles", {"json": {**STYLE, "description": str(seed)}}),
        }
        path, body = requests[request.param]
        return caller.request("POST", path, headers=headers, **body)

    return send


def test_a_repeated_request_returns_the_first_response(post: Post) -> None:
    headers = new_key_header()

    first, second = post(headers), post(headers)

    assert first.status_code in (200, 201), first.text
    assert "Idempotent-Replayed" not in first.headers
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert second.headers["Content-Type"] == first.headers["Content-Type"]
    assert second.headers["Idempotent-Replayed"] == "true"


def test_another_body_with_the_same_key_is_a_conflict(post: Post) -> None:
    headers = new_key_header()
    first = post(headers)

    response = post(headers, seed=1)

    assert response.status_code == 409
    assert set(response.json()) in (
        {"detail"},
        {"error", "code", "details"},
        {"status", "message", "details"},
    )
    assert post(headers).content == first.content


def test_requests_with_different_keys_are_independent(post: Post) -> None:
    assert "Idempotent-Replayed" not in post(new_key_header()).headers
    assert "Idempotent-Replayed" not in post(new_key_header()).headers


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_has_up_to_255_characters(post: Post, key: str) -> None:
    response = post({"Idempotency-Key": key})

    assert response.status_code == (422 if response.request.url.path == "/images/upload" else 400)
    assert post({"Idempotency-Key": "x" * 215 + str(uuid.uuid4())}).status_code in (200, 201)


@pytest.mark.parametrize("contract", [V1, V2])
def test_other_files_names_or_order_with_the_same_key_are_a_conflict(
    api: httpx2.Client, contract: StoriesContract
) -> None:
    stories, headers = Stories(api, contract), new_key_header()

    def post(*files: Any) -> int:
        return api.post(f"{stories.base}/upload", files=list(files), headers=headers).status_code

    first, second = file_parts(picture(), picture(seed=1))
    assert post(first, second) == 200
    assert post(second, first) == 409
    assert post(first) == 409
    assert post(first, ("files", ("b.jpg", picture(seed=1), "image/jpeg"))) == 409
    assert post(first, second) == 200


@pytest.mark.local
def test_many_repeated_uploads_create_one_story(api: httpx2.Client) -> None:
    stories, headers = Stories(api, V2), new_key_header()
    before = stories.ids()

    responses = [
        api.post(f"{stories.base}/upload", files=file_parts(picture()), headers=headers)
        for _ in range(100)
    ]

    created = set(stories.ids()) - set(before)
    assert {response.json()["story_id"] for response in responses} == created
    assert len({response.content for response in responses}) == 1


def test_the_same_key_of_another_caller_is_independent(john: User, jane: User) -> None:
    headers = new_key_header()

    ids = [person.post_image(headers=headers).json()["image_id"] for person in (john, jane, john)]

    assert ids[0] == ids[2] != ids[1]
    assert [image["image_id"] for image in jane.my_images()] == [ids[1]]


def test_the_same_key_on_another_path_is_independent(api: httpx2.Client, john: User) -> None:
    headers = new_key_header()
    one, two = new_publication(john), new_publication(john)
    files = {"image": ("a.jpg", picture(), "image/jpeg")}

    responses = [
        john.request("POST", path, headers=headers, files=files)
        for path in (one.images_path, two.images_path, f"{one.images_path}/")
    ]

    assert [response.status_code for response in responses] == [201, 201, 201]
    assert responses[2].content == responses[0].content != responses[1].content


def test_a_client_error_is_stored_too(publication: Publication) -> None:
    headers = new_key_header()
    for seed in range(4):
        publication.upload(seed)
    files = {"image": ("a.jpg", picture(seed=4), "image/jpeg")}

    def post() -> httpx2.Response:
        return publication.owner.request(
            "POST", publication.images_path, headers=headers, files=files
        )

    first = post()
    publication.owner.delete(publication.images_path)

    assert publication_error(first) == (403, "IMAGE_LIMIT_REACHED")
    assert post().content == first.content
    assert post().headers["Idempotent-Replayed"] == "true"


def test_a_server_error_is_not_stored(api: httpx2.Client, cloudinary: httpx2.Client) -> None:
    stories, headers = Stories(api, V2), new_key_header()
    cloudinary.post("/_faults", json={"on": "upload", "kind": "500", "calls": 2})

    responses = [
        api.post(f"{stories.base}/upload", files=file_parts(picture()), headers=headers)
        for _ in range(3)
    ]

    assert [response.status_code for response in responses] == [500, 200, 200]
    replayed = ["Idempotent-Replayed" in response.headers for response in responses]
    assert replayed == [False, False, True]


def test_an_invalid_form_returns_the_same_error_again(api: httpx2.Client) -> None:
    headers = {"Content-Type": "multipart/form-data", **new_key_header()}

    responses = [api.post(f"{V2.base}/upload", content=b"x", headers=headers) for _ in range(2)]

    assert [response.status_code for response in responses] == [400, 400]
    assert responses[0].content == responses[1].content


def test_requests_without_a_key_are_independent(api: httpx2.Client) -> None:
    stories = Stories(api, V1)

    assert stories.upload(picture()).story_id != stories.upload(picture()).story_id


def test_registration_ignores_keys(api: httpx2.Client) -> None:
    name, headers = new_name(), new_key_header()

    responses = [
        api.post("/auth/register", json=registration_body(name), headers=headers) for _ in range(2)
    ]

    assert [response.status_code for response in responses] == [201, 400]
    assert "Idempotent-Replayed" not in responses[1].headers
