"""Stories images v1 and v2: what both documents ask, and every doubtful point of both."""

from typing import Any

import httpx2
import pytest

from tests.conftest import Target
from tests.support.images import bomb, noise, picture
from tests.support.stories import (
    SECONDS,
    UNKNOWN,
    UUID4,
    V1,
    V2,
    Contract,
    Stories,
    parts,
    walk,
    without_stage,
)

NO_FILES = {"detail": "No files provided"}
STORY_NOT_FOUND = {"detail": "Story not found"}


@pytest.fixture(params=[V1, V2], ids=["v1", "v2"])
def contract(request: pytest.FixtureRequest) -> Contract:
    value: Contract = request.param
    return value


@pytest.fixture
def stories(api: httpx2.Client, contract: Contract) -> Stories:
    """An API of stories without any."""
    api.delete(contract.base)
    return Stories(api, contract)


@pytest.mark.point("V1-4", "V2-1", "A5", "A9", "B10")
def test_an_upload_answers_with_story_id_places_and_count(stories: Stories) -> None:
    body = stories.post(picture(seed=1), picture(seed=2)).json()

    assert list(body) == ["story_id", stories.contract.uploaded, "image_count"]
    assert UUID4.fullmatch(body["story_id"])
    assert len(body[stories.contract.uploaded]) == body["image_count"] == 2


@pytest.mark.point("V1-3", "V2-2", "X23")
def test_a_story_lists_its_images_in_the_order_sent(stories: Stories) -> None:
    story = stories.upload(picture(seed=1), picture(seed=2))

    images = stories.get(story.story_id).json()

    assert [image[stories.contract.listed] for image in images] == story.urls
    assert {image["story_id"] for image in images} == {story.story_id}


@pytest.mark.point("X7", "B9")
def test_images_of_one_upload_share_an_instant_in_seconds(stories: Stories) -> None:
    story = stories.upload(picture(seed=1), picture(seed=2))

    instants = {image["created_at"] for image in stories.get(story.story_id).json()}

    assert len(instants) == 1
    assert SECONDS.fullmatch(instants.pop())


@pytest.mark.point("V1-1", "V2-3", "X17")
def test_all_images_are_listed_by_story_creation_then_number(stories: Stories) -> None:
    uploaded = [stories.upload(picture(seed=1), picture(seed=2)) for _ in range(3)]

    assert stories.urls() == [url for story in uploaded for url in story.urls]


@pytest.mark.point("V1-2", "V2-4", "X17")
def test_story_ids_are_listed_by_creation(stories: Stories) -> None:
    uploaded = [stories.upload().story_id for _ in range(3)]

    assert stories.ids() == uploaded


@pytest.mark.point("A1", "B5")
def test_nothing_uploaded_means_empty_lists(stories: Stories) -> None:
    assert stories.urls() == []
    assert stories.ids() == []


@pytest.mark.point("V1-5", "V2-5", "A13", "B2")
def test_a_deleted_story_is_gone_and_its_neighbours_are_not(stories: Stories) -> None:
    gone, kept = stories.upload(), stories.upload()

    assert stories.delete(gone.story_id).status_code == 200

    assert stories.get(gone.story_id).json() == STORY_NOT_FOUND
    assert stories.ids() == [kept.story_id]
    assert stories.urls() == kept.urls


@pytest.mark.point("V1-6", "V2-6", "A13")
def test_deleting_everything_leaves_nothing_to_see(stories: Stories) -> None:
    uploaded = [stories.upload() for _ in range(3)]

    assert stories.delete_all().status_code == 200

    assert stories.urls() == []
    assert stories.ids() == []
    assert {stories.get(story.story_id).status_code for story in uploaded} == {404}
    assert {stories.delete(story.story_id).status_code for story in uploaded} == {404}


@pytest.mark.point("A1", "B5")
def test_deleting_everything_twice_answers_the_same(stories: Stories) -> None:
    first, second = stories.delete_all(), stories.delete_all()

    assert (first.status_code, first.content) == (second.status_code, second.content)


@pytest.mark.point("A13")
def test_a_story_uploaded_after_deleting_everything_is_there(stories: Stories) -> None:
    stories.upload()
    stories.delete_all()

    story = stories.upload()

    assert stories.ids() == [story.story_id]


@pytest.mark.point("X16")
@pytest.mark.parametrize(("one", "other"), [(V1, V2), (V2, V1)], ids=["v1", "v2"])
def test_deleting_everything_spares_the_other_contracts_stories(
    api: httpx2.Client, one: Contract, other: Contract
) -> None:
    kept = Stories(api, other).upload()

    Stories(api, one).delete_all()

    assert kept.story_id in Stories(api, other).ids()
    assert Stories(api, one).get(kept.story_id).status_code == 404


@pytest.mark.point("V1-3", "V2-2", "A2", "B4")
@pytest.mark.variants("story_id")
@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize("story_id", [UNKNOWN, "abc", "1", "cutoff", f"{UNKNOWN}x", "%00", "é"])
def test_an_unknown_story_is_not_found(stories: Stories, method: str, story_id: str) -> None:
    answer = stories.api.request(method, f"{stories.base}/{story_id}")

    assert (answer.status_code, answer.json()) == (404, STORY_NOT_FOUND)


def test_a_story_id_with_an_encoded_slash_is_not_found(stories: Stories) -> None:
    answer = stories.get("..%2Fupload")

    assert (answer.status_code, answer.json()) == (404, {"detail": "Not Found"})


@pytest.mark.point("V1-5", "V2-5", "A2", "B4")
def test_a_second_delete_is_not_found(stories: Stories) -> None:
    story = stories.upload()
    stories.delete(story.story_id)

    answer = stories.delete(story.story_id)

    assert (answer.status_code, answer.json()) == (404, STORY_NOT_FOUND)


def test_a_story_id_in_capitals_is_found(stories: Stories) -> None:
    story = stories.upload()

    assert stories.get(story.story_id.upper()).json() == stories.get(story.story_id).json()


@pytest.mark.point("X15")
@pytest.mark.variants("name")
@pytest.mark.parametrize("name", ["story-ids", "upload"])
def test_names_of_other_routes_are_no_stories_to_delete(stories: Stories, name: str) -> None:
    answer = stories.delete(name)

    assert (answer.status_code, answer.json()) == (404, STORY_NOT_FOUND)


@pytest.mark.point("X15")
def test_upload_is_only_posted_to(stories: Stories) -> None:
    answer = stories.get("upload")

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    assert answer.json() == {"detail": "Method Not Allowed"}


@pytest.mark.point("A5")
def test_an_upload_cannot_choose_its_story_id(stories: Stories) -> None:
    answer = stories.api.post(
        f"{stories.base}/upload", data={"story_id": UNKNOWN}, files=parts(picture())
    )

    assert answer.status_code == 200
    assert answer.json()["story_id"] != UNKNOWN


@pytest.mark.point("A9")
def test_the_same_file_twice_counts_twice(stories: Stories) -> None:
    assert stories.post(picture(), picture()).json()["image_count"] == 2


@pytest.mark.point("X13")
def test_the_bracketed_field_name_is_taken_too(stories: Stories) -> None:
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
def test_every_common_kind_of_image_is_taken(stories: Stories, kind: str) -> None:
    assert stories.post(picture(kind)).json()["image_count"] == 1


class TestNothingToUpload:
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
            "json",
            "json list",
            "broken json",
            "other field",
            "other file",
            "empty input",
            "empty form",
        ],
    )
    def test_is_said_as_documented(self, stories: Stories, request_body: dict[str, Any]) -> None:
        answer = stories.api.post(f"{stories.base}/upload", **request_body)

        assert (answer.status_code, answer.json()) == (400, NO_FILES)
        assert stories.urls() == []


class TestBadUpload:
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
        ids=["empty", "text", "cut JPEG", "cut PNG", "SVG", "bomb", "greater bomb"],
    )
    def test_is_refused_with_the_file_named_and_nothing_kept(
        self, stories: Stories, content: bytes, status: int
    ) -> None:
        answer = stories.post(picture(), picture(), content)

        assert answer.status_code == status
        assert list(answer.json()) == ["detail"]
        assert "image3.jpg" in answer.json()["detail"]
        assert stories.urls() == []

    @pytest.mark.point("A8")
    def test_fifty_one_files_are_refused(self, stories: Stories) -> None:
        answer = stories.post(*[picture()] * 51)

        assert answer.status_code == 400
        assert "50" in answer.json()["detail"]
        assert stories.urls() == []

    def test_fifty_files_are_taken(self, stories: Stories) -> None:
        assert stories.post(*[picture()] * 50).json()["image_count"] == 50

    @pytest.mark.point("X13")
    def test_a_text_field_is_no_file(self, stories: Stories) -> None:
        answer = stories.api.post(
            f"{stories.base}/upload",
            data={"files": "image.jpg"},
            files=[("other", ("a", b"x", ""))],
        )

        assert answer.status_code == 400
        assert answer.json() == {"detail": "files: expected a file, not text"}

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
    def test_a_wrong_boundary_is_a_bad_request(self, stories: Stories, content_type: str) -> None:
        body = (
            b'--real\r\nContent-Disposition: form-data; name="files"; filename="a.jpg"\r\n'
            b"\r\nx\r\n--real--\r\n"
        )

        answer = stories.api.post(
            f"{stories.base}/upload", content=body, headers={"Content-Type": content_type}
        )

        assert answer.status_code == 400
        assert list(answer.json()) == ["detail"]

    @pytest.mark.point("A7")
    def test_a_file_name_is_shown_without_its_folders_and_control_characters(
        self, stories: Stories
    ) -> None:
        files = [("files", ("../../etc/pass\u202ewd.jpg", b"text", "image/jpeg"))]

        answer = stories.api.post(f"{stories.base}/upload", files=files)

        assert answer.json()["detail"].endswith(": passwd.jpg")


@pytest.mark.local
@pytest.mark.point("X2", "X4", "A8")
def test_a_file_just_over_its_limit_is_too_large(target: Target, stories: Stories) -> None:
    if target.functions is None:
        pytest.skip("the gateway refuses such a body before the function sees it")

    taken = stories.post(noise(10_485_760))
    refused = stories.post(noise(10_485_761))

    assert taken.status_code == 200
    assert refused.status_code == 413
    assert list(refused.json()) == ["detail"]


class TestPaging:
    @pytest.mark.point("X17")
    def test_one_element_a_page_walks_the_whole_list(self, stories: Stories) -> None:
        for _ in range(3):
            stories.upload(picture(seed=1), picture(seed=2))

        pages = walk(stories.api, f"{stories.base}?limit=1")

        assert pages == [[image] for image in stories.api.get(stories.base).json()]

    @pytest.mark.point("X17")
    def test_a_page_may_end_inside_a_story(self, stories: Stories) -> None:
        for _ in range(2):
            stories.upload(picture(seed=1), picture(seed=2), picture(seed=3))

        pages = walk(stories.api, f"{stories.base}?limit=4")

        assert [len(page) for page in pages] == [4, 2]

    @pytest.mark.point("X17")
    def test_story_ids_are_paged_too(self, stories: Stories) -> None:
        ids = [stories.upload().story_id for _ in range(3)]

        assert walk(stories.api, f"{stories.base}/story-ids?limit=2") == [ids[:2], ids[2:]]

    def test_the_last_page_has_no_link(self, stories: Stories) -> None:
        stories.upload()

        assert "Link" not in stories.api.get(f"{stories.base}?limit=1").headers

    def test_a_walk_goes_on_when_its_place_was_deleted(self, stories: Stories) -> None:
        first, second = (stories.upload(picture(seed=1), picture(seed=2)) for _ in range(2))
        answer = stories.api.get(f"{stories.base}?limit=1")
        stories.delete(first.story_id)

        rest = stories.api.get(without_stage(answer.links["next"]["url"])).json()

        assert [image[stories.contract.listed] for image in rest] == second.urls[:1]

    def test_a_walk_loses_and_repeats_nothing_while_others_write(self, stories: Stories) -> None:
        kept = [stories.upload().story_id for _ in range(4)]
        doomed = stories.upload().story_id
        seen: list[str] = []

        answer = stories.api.get(f"{stories.base}/story-ids?limit=1")
        while True:
            seen += answer.json()
            stories.upload()
            stories.delete(doomed)
            if len(seen) == 8:
                break
            answer = stories.api.get(without_stage(answer.links["next"]["url"]))

        assert len(seen) == len(set(seen))
        assert seen[:4] == kept
        assert doomed not in seen

    @pytest.mark.point("X10")
    @pytest.mark.variants("limit")
    @pytest.mark.parametrize("limit", ["0", "-1", "1001", "x", "1.5", ""])
    def test_a_bad_limit_is_a_bad_request(self, stories: Stories, limit: str) -> None:
        answer = stories.api.get(stories.base, params={"limit": limit})

        assert answer.status_code == 400
        assert answer.json()["detail"].startswith("limit: ")

    @pytest.mark.point("X17")
    @pytest.mark.variants("cursor")
    @pytest.mark.parametrize(
        "cursor", ["", "x", "e30", "bnVsbA", "WyJzdG9yaWVzLXYyIl0", "é", "A" * 5000, "W1tbW1tb"]
    )
    def test_a_broken_cursor_is_a_bad_request(self, stories: Stories, cursor: str) -> None:
        answer = stories.api.get(stories.base, params={"cursor": cursor})

        assert answer.status_code == 400
        assert answer.json() == {"detail": "cursor: not a cursor of this list"}

    def test_another_lists_cursor_is_a_bad_request(self, stories: Stories) -> None:
        stories.upload()
        stories.upload()
        link = stories.api.get(f"{stories.base}/story-ids?limit=1").links["next"]["url"]

        answer = stories.api.get(stories.base, params={"cursor": httpx2.URL(link).params["cursor"]})

        assert answer.status_code == 400
