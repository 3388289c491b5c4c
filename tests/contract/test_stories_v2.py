"""Stories v2: bodies and failures that are specific to Cloudinary."""

import httpx2
import pytest

from tests.support.images import picture
from tests.support.stories import V2, Stories


@pytest.fixture
def stories(api: httpx2.Client) -> Stories:
    api.delete(V2.base)
    return Stories(api, V2)


@pytest.mark.point("B3")
def test_the_urls_of_an_upload_serve_the_bytes_that_were_sent(
    stories: Stories, cloudinary: httpx2.Client
) -> None:
    pictures = [picture(seed=1), picture("PNG", seed=2)]

    urls = stories.upload(*pictures).urls

    assert [cloudinary.get(url).content for url in urls] == pictures


@pytest.mark.point("V2-2", "X8")
def test_images_are_numbered_from_one(stories: Stories) -> None:
    images = stories.get(stories.upload(picture(seed=1), picture(seed=2)).story_id).json()

    assert {tuple(image) for image in images} == {("url", "story_id", "image_number", "created_at")}
    assert [image["image_number"] for image in images] == [1, 2]
    assert all(type(image["image_number"]) is int for image in images)


@pytest.mark.point("V2-5", "V2-6", "B11")
def test_deleting_returns_the_documented_messages(stories: Stories) -> None:
    story_id = stories.upload().story_id

    assert stories.delete(story_id.upper()).json() == {
        "message": f"Successfully deleted all images for story {story_id}"
    }
    assert stories.delete_all().json() == {"message": "Successfully deleted all images"}


@pytest.mark.point("V2-1", "X22", "X24", "B6", "B7")
@pytest.mark.variants("kind")
@pytest.mark.parametrize("kind", ["500", "502", "420", "close_connection", "500_after_success"])
def test_a_failed_upload_returns_the_documented_error(
    stories: Stories, cloudinary: httpx2.Client, kind: str
) -> None:
    cloudinary.post("/_faults", json={"on": "upload", "kind": kind, "calls": 2, "after": 1})

    response = stories.post(picture(), picture())

    assert response.status_code == 500
    assert response.json() == {"detail": "Failed to upload image to Cloudinary"}
    assert stories.urls() == []


def test_an_upload_succeeds_after_one_failure_of_cloudinary(
    stories: Stories, cloudinary: httpx2.Client
) -> None:
    cloudinary.post("/_faults", json={"on": "upload", "kind": "500", "calls": 1})

    assert len(stories.upload(picture(), picture()).urls) == 2


@pytest.mark.point("B6")
def test_a_picture_that_is_too_large_for_cloudinary_returns_400(
    stories: Stories, cloudinary: httpx2.Client
) -> None:
    response = stories.post(picture("PNG", (6000, 5000)))

    assert response.status_code == 400
    assert response.json() == {"detail": "Image has more pixels than Cloudinary accepts"}


@pytest.mark.point("B8")
def test_a_story_is_deleted_even_if_cloudinary_fails(
    stories: Stories, cloudinary: httpx2.Client
) -> None:
    story_id = stories.upload().story_id
    cloudinary.post("/_faults", json={"on": "destroy", "kind": "420", "calls": 1})

    assert stories.delete(story_id).status_code == 200
    assert stories.get(story_id).status_code == 404
