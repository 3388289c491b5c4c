"""Tests that are safe on a live deployment: each one deletes everything that it creates."""

from typing import Any

import httpx2
import pytest

from tests.support.generation import GENERATE, JOBS, generation_error
from tests.support.images import picture
from tests.support.publications import ROOT, publication_error
from tests.support.stories import UNKNOWN_ID, V1, V2, Stories, StoriesContract, file_parts

pytestmark = pytest.mark.safe

STORY_NOT_FOUND = {"detail": "Story not found"}
CATALOG_LISTS = ["settings", "styles", "formats", "prompt_examples"]


@pytest.fixture(params=[V1, V2], ids=["v1", "v2"])
def stories(request: pytest.FixtureRequest, api: httpx2.Client) -> Stories:
    contract: StoriesContract = request.param
    return Stories(api, contract)


# --- Stories -----------------------------------------------------------------


@pytest.mark.point("V1-3", "V1-4", "V1-5", "V2-1", "V2-2", "V2-5", "X7", "X8", "A5", "A9", "A13")
def test_a_story_is_uploaded_shown_and_deleted(stories: Stories) -> None:
    story = stories.upload(picture(seed=1), picture("PNG", seed=2))

    images = stories.get(story.story_id).json()
    deleted = stories.delete(story.story_id)

    assert [image[stories.contract.list_field] for image in images] == story.urls
    assert deleted.status_code == 200
    assert stories.get(story.story_id).json() == STORY_NOT_FOUND
    assert stories.delete(story.story_id).status_code == 404


@pytest.mark.point("V1-1", "V1-2", "V2-3", "V2-4", "X17")
def test_lists_of_stories_are_arrays(stories: Stories) -> None:
    story = stories.upload()

    pages = [stories.api.get(f"{stories.base}{name}?limit=1") for name in ("", "/story-ids")]

    stories.delete(story.story_id)
    assert [page.status_code for page in pages] == [200, 200]
    assert [len(page.json()) for page in pages] == [1, 1]


@pytest.mark.point("X14", "A3", "A4", "A12")
def test_the_path_of_an_image_redirects_until_the_story_is_deleted(
    api: httpx2.Client, anonymous: httpx2.Client
) -> None:
    stories, content = Stories(api, V1), picture("PNG")
    story = stories.upload(content)

    redirect = anonymous.get(story.urls[0])

    assert story.urls == [f"/images/stories/{story.story_id}/1.png"]
    assert redirect.status_code == 302
    assert httpx2.get(redirect.headers["Location"]).content == content
    stories.delete(story.story_id)
    assert anonymous.get(story.urls[0]).status_code == 404


@pytest.mark.point("B2", "B3", "B11")
def test_the_url_of_an_image_serves_it(api: httpx2.Client) -> None:
    stories = Stories(api, V2)
    story = stories.upload()

    image = httpx2.get(story.urls[0])

    assert image.content == picture()
    assert f"/stories/{story.story_id}/1." in story.urls[0]
    message = f"Successfully deleted all images for story {story.story_id}"
    assert stories.delete(story.story_id.upper()).json() == {"message": message}


@pytest.mark.point("X16")
@pytest.mark.parametrize(("one", "other"), [(V1, V2), (V2, V1)], ids=["v1", "v2"])
def test_a_story_is_unknown_to_the_other_contract(
    api: httpx2.Client, one: StoriesContract, other: StoriesContract
) -> None:
    story_id = Stories(api, one).upload().story_id

    assert Stories(api, other).get(story_id).status_code == 404
    assert Stories(api, one).delete(story_id).status_code == 200


@pytest.mark.point("X15", "A2", "B4")
@pytest.mark.parametrize("story_id", [UNKNOWN_ID, "abc", "story-ids", "upload"])
def test_deleting_an_unknown_story_returns_404(stories: Stories, story_id: str) -> None:
    response = stories.delete(story_id)

    assert (response.status_code, response.json()) == (404, STORY_NOT_FOUND)


@pytest.mark.point("X10", "A6", "B10")
@pytest.mark.parametrize("body", [{}, {"json": []}, {"files": [("picture", ("a", picture()))]}])
def test_an_upload_without_files_is_rejected(stories: Stories, body: dict[str, Any]) -> None:
    response = stories.api.post(f"{stories.base}/upload", **body)

    assert (response.status_code, response.json()) == (400, {"detail": "No files provided"})


@pytest.mark.point("X10", "X24", "A7", "B6")
@pytest.mark.parametrize(
    "content", [b"", b"text", picture()[:-40]], ids=["empty", "text", "truncated"]
)
def test_a_file_that_is_not_an_image_is_rejected(stories: Stories, content: bytes) -> None:
    response = stories.api.post(f"{stories.base}/upload", files=file_parts(picture(), content))

    assert response.status_code == 400
    assert "image2.jpg" in response.json()["detail"]


@pytest.mark.point("X10", "X17")
@pytest.mark.parametrize("query", ["limit=0", "limit=x", "cursor=x"])
def test_an_invalid_limit_or_cursor_is_rejected(stories: Stories, query: str) -> None:
    assert stories.api.get(f"{stories.base}?{query}").status_code == 400


# --- With a token ------------------------------------------------------------


@pytest.mark.point("S-5", "S-6", "S-8", "S-9", "C1", "C3", "C24")
def test_an_image_is_uploaded_shown_and_deleted(administrator: httpx2.Client) -> None:
    files = {"file": ("image.jpg", picture(), "image/jpeg")}
    uploaded = administrator.post("/images/upload", files=files)
    path = f"/images/{uploaded.json()['image_id']}"

    shown = administrator.get(path).json()
    listed = administrator.get("/images/my-images?limit=1").json()
    opened = httpx2.get(shown["image_url"])
    deleted = administrator.delete(path)

    assert uploaded.status_code == 201
    assert (shown["caption"], shown["visibility"]) == (None, "private")
    assert [image["image_id"] for image in listed] == [shown["image_id"]]
    assert opened.content == picture()
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert administrator.get(path).status_code == 404


@pytest.mark.point("S-7", "S-11", "S-12")
@pytest.mark.parametrize(
    "path", ["/images/public", "/sharing/shared-with-me", "/sharing/shared-by-me"]
)
def test_lists_of_images_are_arrays(administrator: httpx2.Client, path: str) -> None:
    response = administrator.get(f"{path}?limit=1")

    assert response.status_code == 200
    assert type(response.json()) is list


@pytest.mark.point("X10", "C14", "C15")
@pytest.mark.parametrize("content", [b"text", b'<svg xmlns="http://www.w3.org/2000/svg"/>'])
def test_the_gallery_accepts_only_images(administrator: httpx2.Client, content: bytes) -> None:
    files = {"file": ("image.svg", content, "image/svg+xml")}

    response = administrator.post("/images/upload", files=files)

    assert (response.status_code, response.json()) == (400, {"detail": "File must be an image"})


@pytest.mark.point("X9", "C18")
@pytest.mark.parametrize(("image_id", "status"), [("abc", 422), ("0", 404), ("9" * 60, 404)])
def test_an_invalid_or_unknown_image_id_is_rejected(
    administrator: httpx2.Client, image_id: str, status: int
) -> None:
    for response in (
        administrator.get(f"/images/{image_id}"),
        administrator.delete(f"/images/{image_id}"),
        administrator.delete(f"/sharing/unshare/{image_id}/1"),
    ):
        assert response.status_code == status


@pytest.mark.point("P-1", "P-2", "P6", "P8", "P13", "P14", "X23")
def test_a_publication_is_created_filled_and_deleted(administrator: httpx2.Client) -> None:
    created = administrator.post(ROOT)
    path = f"{ROOT}/{created.json()['publicationId']}"
    files = {"image": ("foto.jpg", picture(), "image/jpeg")}

    added, repeated = (administrator.post(f"{path}/images", files=files) for _ in "ab")
    listed = administrator.get(f"{path}/images").json()
    deleted = administrator.delete(path)

    assert (created.status_code, added.status_code, deleted.status_code) == (201, 201, 200)
    assert publication_error(repeated) == (400, "DUPLICATE_IMAGE")
    assert listed["images"] == [added.json()["imageUri"]]
    assert listed["totalImages"] == added.json()["totalImages"] == 1
    assert administrator.get(f"{path}/images").status_code == 404


@pytest.mark.point("P1", "P7", "P-4")
def test_an_unknown_publication_returns_404(administrator: httpx2.Client) -> None:
    for method in ("GET", "POST", "DELETE"):
        response = administrator.request(method, f"{ROOT}/unknown/images")
        assert publication_error(response) == (404, "PUBLICATION_NOT_FOUND")


# --- Generation --------------------------------------------------------------


@pytest.mark.point("G-3", "G-4", "G-8", "G-9", "G-13", "G-14", "G-18", "G-19", "G16")
@pytest.mark.parametrize("name", CATALOG_LISTS)
def test_the_catalog_is_listed_and_shown(api: httpx2.Client, name: str) -> None:
    items = api.get(f"/api/images/{name}").json()

    ids = [item["id"] for item in items]
    assert ids == sorted(ids)
    assert [api.get(f"/api/images/{name}/{item['id']}").json() for item in items[:1]] == items[:1]


@pytest.mark.point("G-23", "G14")
def test_the_host_has_one_of_four_states(anonymous: httpx2.Client) -> None:
    response = anonymous.get("/api/images/comfyui/status")

    assert response.status_code == 200
    assert list(response.json()) == ["status", "message"]
    assert response.json()["status"] in {"running", "starting", "stopped", "error"}


@pytest.mark.point("X10", "X12", "G3")
@pytest.mark.parametrize("body", [{}, {"prompt": " "}, {"prompt": "x", "width": "512"}, []])
def test_an_invalid_generation_is_rejected(api: httpx2.Client, body: Any) -> None:
    assert generation_error(api.post(GENERATE, json=body)) == (400, "Invalid request data")


@pytest.mark.point("G6", "G20", "G22")
@pytest.mark.parametrize("count", [0, 9, "2"])
def test_an_invalid_count_is_rejected(api: httpx2.Client, count: object) -> None:
    body = {"prompt": "a ship", "count": count}

    response = api.post("/api/v1/posts/17/generate_images", json=body)

    assert generation_error(response) == (400, "Invalid request data")


# --- Without a token ---------------------------------------------------------


@pytest.mark.hardened
@pytest.mark.point("X6")
@pytest.mark.parametrize("path", [V1.base, f"{V2.base}/story-ids", "/api/images/styles", JOBS])
def test_open_groups_require_a_token(anonymous: httpx2.Client, path: str) -> None:
    assert anonymous.get(path).status_code == 401
