"""Stories v1 and v2: what both documents require, and the ambiguous points."""

from typing import Any

import httpx2
import pytest

from tests.conftest import SystemUnderTest
from tests.support.images import bomb, noise, picture
from tests.support.stories import (
    TIMESTAMP,
    UNKNOWN_ID,
    UUID4,
    V1,
    V2,
    Stories,
    StoriesContract,
    file_parts,
    read_pages,
    without_stage,
)

NO_FILES = {"detail": "No files provided"}
STORY_NOT_FOUND = {"detail": "Story not found"}


@pytest.fixture(params=[V1, V2], ids=["v1", "v2"])
def contract(request: pytest.FixtureRequest) -> StoriesContract:
    value: StoriesContract = request.param
    return value


@pytest.fixture
def stories(api: httpx2.Client, contract: StoriesContract) -> Stories:
    """A client of one stories API after a delete-all."""
    api.delete(contract.base)
    return Stories(api, contract)


@pytest.mark.point("V1-4", "V2-1", "A5", "A9", "B10")
def test_an_upload_returns_story_id_urls_and_count(stories: Stories) -> None:
    body = stories.post(picture(seed=1), picture(seed=2)).json()

    assert list(body) == ["story_id", stories.contract.upload_field, "image_count"]
    assert UUID4.fullmatch(body["story_id"])
    assert len(body[stories.contract.upload_field]) == body["image_count"] == 2


@pytest.mark.point("V1-3", "V2-2", "X23")
def test_a_story_lists_its_images_in_the_order_sent(stories: Stories) -> None:
    story = stories.upload(picture(seed=1), picture(seed=2))

    images = stories.get(story.story_id).json()

    assert [image[stories.contract.list_field] for image in images] == story.urls
    assert {image["story_id"] for image in images} == {story.story_id}


@pytest.mark.point("X7", "B9")
def test_images_of_one_upload_have_the_same_creation_time(stories: Stories) -> None:
    story = stories.upload(picture(seed=1), picture(seed=2))

    times = {image["created_at"] for image in stories.get(story.story_id).json()}

    assert len(times) == 1
    assert TIMESTAMP.fullmatch(times.pop())


@pytest.mark.point("V1-1", "V2-3", "X17")
def test_images_are_ordered_by_creation_of_their_story_and_number(stories: Stories) -> None:
    uploaded = [stories.upload(picture(seed=1), picture(seed=2)) for _ in range(3)]

    assert stories.urls() == [url for story in uploaded for url in story.urls]


@pytest.mark.point("V1-2", "V2-4", "X17")
def test_story_ids_are_ordered_by_creation(stories: Stories) -> None:
    uploaded = [stories.upload().story_id for _ in range(3)]

    assert stories.ids() == uploaded


@pytest.mark.point("A1", "B5")
def test_lists_without_stories_are_empty(stories: Stories) -> None:
    assert stories.urls() == []
    assert stories.ids() == []


@pytest.mark.point("V1-5", "V2-5", "A13", "B2")
def test_deleting_a_story_keeps_other_stories(stories: Stories) -> None:
    deleted, remaining = stories.upload(), stories.upload()

    assert stories.delete(deleted.story_id).status_code == 200

    assert stories.get(deleted.story_id).json() == STORY_NOT_FOUND
    assert stories.ids() == [remaining.story_id]
    assert stories.urls() == remaining.urls


@pytest.mark.point("V1-6", "V2-6", "A13")
def test_deleting_all_stories_hides_all_of_them(stories: Stories) -> None:
    uploaded = [stories.upload() for _ in range(3)]

    assert stories.delete_all().status_code == 200

    assert stories.urls() == []
    assert stories.ids() == []
    assert {stories.get(story.story_id).status_code for story in uploaded} == {404}
    assert {stories.delete(story.story_id).status_code for story in uploaded} == {404}


@pytest.mark.point("A1", "B5")
def test_deleting_all_stories_twice_returns_the_same_response(stories: Stories) -> None:
    first, second = stories.delete_all(), stories.delete_all()

    assert (first.status_code, first.content) == (second.status_code, second.content)


@pytest.mark.point("A13")
def test_a_story_uploaded_after_a_delete_all_is_listed(stories: Stories) -> None:
    stories.upload()
    stories.delete_all()

    story = stories.upload()

    assert stories.ids() == [story.story_id]


@pytest.mark.point("X16")
@pytest.mark.parametrize(("one", "other"), [(V1, V2), (V2, V1)], ids=["v1", "v2"])
def test_deleting_all_stories_keeps_those_of_the_other_contract(
    api: httpx2.Client, one: StoriesContract, other: StoriesContract
) -> None:
    story = Stories(api, other).upload()

    Stories(api, one).delete_all()

    assert story.story_id in Stories(api, other).ids()
    assert Stories(api, one).get(story.story_id).status_code == 404


@pytest.mark.point("V1-3", "V2-2", "A2", "B4")
@pytest.mark.variants("story_id")
@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize(
    "story_id", [UNKNOWN_ID, "abc", "1", "cutoff", f"{UNKNOWN_ID}x", "%00", "é"]
)
def test_an_unknown_story_returns_404(stories: Stories, method: str, story_id: str) -> None:
    response = stories.api.request(method, f"{stories.base}/{story_id}")

    assert (response.status_code, response.json()) == (404, STORY_NOT_FOUND)


def test_a_story_id_with_an_encoded_slash_returns_404(stories: Stories) -> None:
    response = stories.get("..%2Fupload")

    assert (response.status_code, response.json()) == (404, {"detail": "Not Found"})


@pytest.mark.point("V1-5", "V2-5", "A2", "B4")
def test_a_second_delete_returns_404(stories: Stories) -> None:
    story = stories.upload()
    stories.delete(story.story_id)

    response = stories.delete(story.story_id)

    assert (response.status_code, response.json()) == (404, STORY_NOT_FOUND)


def test_a_story_id_in_capitals_is_found(stories: Stories) -> None:
    story = stories.upload()

    assert stories.get(story.story_id.upper()).json() == stories.get(story.story_id).json()


@pytest.mark.point("X15")
@pytest.mark.variants("name")
@pytest.mark.parametrize("name", ["story-ids", "upload"])
def test_names_of_other_routes_are_not_story_ids(stories: Stories, name: str) -> None:
    response = stories.delete(name)

    assert (response.status_code, response.json()) == (404, STORY_NOT_FOUND)


@pytest.mark.point("X15")
def test_get_of_upload_returns_405(stories: Stories) -> None:
    response = stories.get("upload")

    assert response.status_code == 405
    assert response.headers["Allow"] == "POST"
    assert response.json() == {"detail": "Method Not Allowed"}


@pytest.mark.point("A5")
def test_an_upload_cannot_choose_its_story_id(stories: Stories) -> None:
    response = stories.api.post(
        f"{stories.base}/upload", data={"story_id": UNKNOWN_ID}, files=file_parts(picture())
    )

    assert response.status_code == 200
    assert response.json()["story_id"] != UNKNOWN_ID


@pytest.mark.point("A9")
def test_a_file_that_is_sent_twice_counts_twice(stories: Stories) -> None:
    assert stories.post(picture(), picture()).json()["image_count"] == 2


@pytest.mark.point("X13")
def test_the_bracketed_field_name_is_accepted(stories: Stories) -> None:
    assert stories.post(picture(), picture(), name="files[]").json()["image_count"] == 2


@pytest.mark.point("A7")
@pytest.mark.variants("content_type")
@pytest.mark.parametrize(
    "content_type", ["application/octet-stream", "image/png", "text/plain", ""]
)
def test_the_declared_type_does_not_matter(stories: Stories, content_type: str) -> None:
    files = [("files", ("a.bin", picture(), content_type))]

    assert stories.api.post(f"{stories.base}/upload", files=files).status_code == 200


@pytest.mark.parametrize("kind", ["AVIF", "BMP", "GIF", "JPEG", "MPO", "PNG", "TIFF", "WEBP"])
def test_every_common_image_format_is_accepted(stories: Stories, kind: str) -> None:
    assert stories.post(picture(kind)).json()["image_count"] == 1


class TestUploadWithoutFiles:
    @pytest.mark.point("X10", "X13", "A6", "B10")
    @pytest.mark.variants("request_body")
    @pytest.mark.parametrize(
        "request_body",
        [
            {},
            {"json": {"files": []}},
            {"json": [1, 2]},
            {"content": b"not json", "headers": {"Content-Type": "application/json"}},
            {"data": {"other": "1"}},
            {"files": [("pictures", ("a.jpg", picture(), "image/jpeg"))]},
            {
                "content": b'--b\r\nContent-Disposition: form-data; name="files"; filename=""\r\n'
                b"Content-Type: application/octet-stream\r\n\r\n\r\n--b--\r\n",
                "headers": {"Content-Type": "multipart/form-data; boundary=b"},
            },
            {
                "content": b"--b--\r\n",
                "headers": {"Content-Type": "multipart/form-data; boundary=b"},
            },
        ],
        ids=[
            "no body",
            "JSON",
            "JSON list",
            "invalid JSON",
            "other field",
            "file in another field",
            "empty input",
            "empty form",
        ],
    )
    def test_an_upload_without_files_returns_the_documented_error(
        self, stories: Stories, request_body: dict[str, Any]
    ) -> None:
        response = stories.api.post(f"{stories.base}/upload", **request_body)

        assert (response.status_code, response.json()) == (400, NO_FILES)
        assert stories.urls() == []


class TestInvalidUpload:
    @pytest.mark.point("X24", "A7", "B6")
    @pytest.mark.variants("content", "status")
    @pytest.mark.parametrize(
        ("content", "status"),
        [
            (b"", 400),
            (b"just text", 400),
            (picture()[:-40], 400),
            (picture("PNG", (64, 64))[:-30], 400),
            (b'<svg xmlns="http://www.w3.org/2000/svg"/>', 400),
            (bomb(), 400),
            (bomb(2**31 - 1, 2**31 - 1), 400),
        ],
        ids=["empty", "text", "truncated JPEG", "truncated PNG", "SVG", "bomb", "larger bomb"],
    )
    def test_the_error_names_the_invalid_file_and_nothing_is_stored(
        self, stories: Stories, content: bytes, status: int
    ) -> None:
        response = stories.post(picture(), picture(), content)

        assert response.status_code == status
        assert list(response.json()) == ["detail"]
        assert "image3.jpg" in response.json()["detail"]
        assert stories.urls() == []

    @pytest.mark.point("A8")
    def test_fifty_one_files_are_rejected(self, stories: Stories) -> None:
        response = stories.post(*[picture()] * 51)

        assert response.status_code == 400
        assert "50" in response.json()["detail"]
        assert stories.urls() == []

    def test_fifty_files_are_accepted(self, stories: Stories) -> None:
        assert stories.post(*[picture()] * 50).json()["image_count"] == 50

    @pytest.mark.point("X13")
    def test_text_in_place_of_a_file_is_rejected(self, stories: Stories) -> None:
        response = stories.api.post(
            f"{stories.base}/upload",
            data={"files": "image.jpg"},
            files=[("other", ("a", b"x", ""))],
        )

        assert response.status_code == 400
        assert response.json() == {"detail": "files: expected a file, not text"}

    @pytest.mark.point("X13")
    @pytest.mark.variants("content_type")
    @pytest.mark.parametrize(
        "content_type",
        [
            "multipart/form-data",
            "multipart/form-data; boundary=other",
            "multipart/form-data; boundary=",
        ],
    )
    def test_a_wrong_boundary_returns_400(self, stories: Stories, content_type: str) -> None:
        body = (
            b'--real\r\nContent-Disposition: form-data; name="files"; filename="a.jpg"\r\n'
            b"\r\nx\r\n--real--\r\n"
        )

        response = stories.api.post(
            f"{stories.base}/upload", content=body, headers={"Content-Type": content_type}
        )

        assert response.status_code == 400
        assert list(response.json()) == ["detail"]

    @pytest.mark.point("A7")
    def test_a_file_name_is_shown_without_its_folders_and_control_characters(
        self, stories: Stories
    ) -> None:
        files = [("files", ("../../etc/pass\u202ewd.jpg", b"text", "image/jpeg"))]

        response = stories.api.post(f"{stories.base}/upload", files=files)

        assert response.json()["detail"].endswith(": passwd.jpg")


@pytest.mark.local
@pytest.mark.point("X2", "X4", "A8")
def test_a_file_of_one_byte_over_the_limit_returns_413(
    system: SystemUnderTest, stories: Stories
) -> None:
    if system.functions is None:
        pytest.skip("the gateway rejects such a body before it reaches the function")

    accepted = stories.post(noise(10_485_760))
    rejected = stories.post(noise(10_485_761))

    assert accepted.status_code == 200
    assert rejected.status_code == 413
    assert list(rejected.json()) == ["detail"]


class TestPaging:
    @pytest.mark.point("X17")
    def test_pages_of_one_image_contain_the_complete_list(self, stories: Stories) -> None:
        for _ in range(3):
            stories.upload(picture(seed=1), picture(seed=2))

        pages = read_pages(stories.api, f"{stories.base}?limit=1")

        assert pages == [[image] for image in stories.api.get(stories.base).json()]

    @pytest.mark.point("X17")
    def test_a_page_can_end_within_a_story(self, stories: Stories) -> None:
        for _ in range(2):
            stories.upload(picture(seed=1), picture(seed=2), picture(seed=3))

        pages = read_pages(stories.api, f"{stories.base}?limit=4")

        assert [len(page) for page in pages] == [4, 2]

    @pytest.mark.point("X17")
    def test_story_ids_are_paged_too(self, stories: Stories) -> None:
        ids = [stories.upload().story_id for _ in range(3)]

        assert read_pages(stories.api, f"{stories.base}/story-ids?limit=2") == [ids[:2], ids[2:]]

    def test_the_last_page_has_no_link(self, stories: Stories) -> None:
        stories.upload()

        assert "Link" not in stories.api.get(f"{stories.base}?limit=1").headers

    def test_paging_continues_after_the_story_of_the_cursor_is_deleted(
        self, stories: Stories
    ) -> None:
        first, second = (stories.upload(picture(seed=1), picture(seed=2)) for _ in range(2))
        response = stories.api.get(f"{stories.base}?limit=1")
        stories.delete(first.story_id)

        images = stories.api.get(without_stage(response.links["next"]["url"])).json()

        assert [image[stories.contract.list_field] for image in images] == second.urls[:1]

    def test_paging_during_writes_neither_skips_nor_repeats_stories(self, stories: Stories) -> None:
        remaining = [stories.upload().story_id for _ in range(4)]
        deleted = stories.upload().story_id
        listed: list[str] = []

        response = stories.api.get(f"{stories.base}/story-ids?limit=1")
        while True:
            listed += response.json()
            stories.upload()
            stories.delete(deleted)
            if len(listed) == 8:
                break
            response = stories.api.get(without_stage(response.links["next"]["url"]))

        assert len(listed) == len(set(listed))
        assert listed[:4] == remaining
        assert deleted not in listed

    @pytest.mark.point("X10")
    @pytest.mark.variants("limit")
    @pytest.mark.parametrize("limit", ["0", "-1", "1001", "x", "1.5", ""])
    def test_an_invalid_limit_returns_400(self, stories: Stories, limit: str) -> None:
        response = stories.api.get(stories.base, params={"limit": limit})

        assert response.status_code == 400
        assert response.json()["detail"].startswith("limit: ")

    @pytest.mark.point("X17")
    @pytest.mark.variants("cursor")
    @pytest.mark.parametrize(
        "cursor", ["", "x", "e30", "bnVsbA", "WyJzdG9yaWVzLXYyIl0", "é", "A" * 5000, "W1tbW1tb"]
    )
    def test_an_invalid_cursor_returns_400(self, stories: Stories, cursor: str) -> None:
        response = stories.api.get(stories.base, params={"cursor": cursor})

        assert response.status_code == 400
        assert response.json() == {"detail": "cursor: not a cursor of this list"}

    def test_the_cursor_of_another_list_is_rejected(self, stories: Stories) -> None:
        stories.upload()
        stories.upload()
        link = stories.api.get(f"{stories.base}/story-ids?limit=1").links["next"]["url"]

        response = stories.api.get(
            stories.base, params={"cursor": httpx2.URL(link).params["cursor"]}
        )

        assert response.status_code == 400
