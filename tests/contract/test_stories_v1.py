"""Stories v1: image paths of the API, which redirect to S3."""

import httpx2
import pytest

from tests.support.images import picture
from tests.support.stories import UNKNOWN_ID, V1, Stories


@pytest.fixture
def stories(api: httpx2.Client) -> Stories:
    api.delete(V1.base)
    return Stories(api, V1)


@pytest.mark.point("V1-1", "X8", "A3", "A4")
def test_an_image_has_its_number_as_a_string_and_a_path(stories: Stories) -> None:
    story = stories.upload(picture("JPEG"), picture("PNG"))

    images = stories.get(story.story_id).json()

    assert {tuple(image) for image in images} == {("id", "story_id", "path", "created_at")}
    assert [image["id"] for image in images] == ["1", "2"]
    assert [image["path"] for image in images] == [
        f"/images/stories/{story.story_id}/1.jpg",
        f"/images/stories/{story.story_id}/2.png",
    ]


@pytest.mark.point("V1-5", "V1-6")
def test_deleting_returns_the_documented_messages(stories: Stories) -> None:
    story_id = stories.upload().story_id

    assert stories.delete(story_id).json() == {
        "success": True,
        "message": "Images deleted successfully",
    }
    assert stories.delete_all().json() == {
        "success": True,
        "message": "All images deleted successfully",
    }


@pytest.mark.point("X14", "A12")
@pytest.mark.parametrize(
    ("kind", "content_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("MPO", "image/jpeg")]
)
def test_a_path_redirects_to_the_bytes_with_their_type(
    stories: Stories, kind: str, content_type: str
) -> None:
    content = picture(kind)
    path = stories.upload(content).urls[0]

    redirect = stories.api.get(path)
    image = httpx2.get(redirect.headers["Location"])

    assert redirect.status_code == 302
    assert redirect.headers["Cache-Control"] == "public, max-age=60"
    assert image.content == content
    assert image.headers["Content-Type"] == content_type


@pytest.mark.point("X14", "A12")
def test_a_presigned_url_is_valid_for_five_minutes(stories: Stories) -> None:
    location = stories.api.get(stories.upload().urls[0]).headers["Location"]

    query = httpx2.URL(location).params
    assert query["X-Amz-Expires"] == "300"
    assert query["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256"


@pytest.mark.point("X14", "X20")
def test_head_of_a_path_redirects_like_get(stories: Stories) -> None:
    assert stories.api.head(stories.upload().urls[0]).status_code == 302


@pytest.mark.point("X14")
def test_post_to_a_path_returns_405(stories: Stories) -> None:
    response = stories.api.post(stories.upload().urls[0])

    assert (response.status_code, response.json()) == (405, {"detail": "Method Not Allowed"})


@pytest.mark.point("X14")
@pytest.mark.variants("name")
@pytest.mark.parametrize("name", ["2.jpg", "1.png", "1", "01.jpg", "1.jpg.exe", "..%2F1.jpg"])
def test_an_unknown_image_name_returns_404(stories: Stories, name: str) -> None:
    story = stories.upload()

    response = stories.api.get(f"/images/stories/{story.story_id}/{name}")

    assert response.status_code == 404
    assert list(response.json()) == ["detail"]


@pytest.mark.point("X14")
def test_an_image_of_an_unknown_story_returns_404(stories: Stories) -> None:
    response = stories.api.get(f"/images/stories/{UNKNOWN_ID}/1.jpg")

    assert (response.status_code, response.json()) == (404, {"detail": "Story not found"})


@pytest.mark.point("A13")
def test_the_paths_of_deleted_stories_return_404(stories: Stories) -> None:
    deleted, cut_off = stories.upload(), stories.upload()
    stories.delete(deleted.story_id)
    stories.delete_all()

    assert {stories.api.get(story.urls[0]).status_code for story in (deleted, cut_off)} == {404}
