"""Stories images v2: the six calls of its document, and every doubtful point."""

import re
from typing import Any

import httpx2
import pytest

from tests.support.images import bomb, noise, picture
from tests.support.stories import SECONDS, UNKNOWN, UUID4, V2, listed, parts, upload

NO_FILES = {"detail": "No files provided"}
STORY_NOT_FOUND = {"detail": "Story not found"}


@pytest.fixture(autouse=True)
def no_stories(api: httpx2.Client) -> None:
    api.delete(V2)


def test_an_upload_answers_with_story_id_urls_and_count(api: httpx2.Client) -> None:
    body = upload(api, picture(seed=1), picture(seed=2))

    assert list(body) == ["story_id", "image_urls", "image_count"]
    assert UUID4.fullmatch(body["story_id"])
    assert len(body["image_urls"]) == body["image_count"] == 2


def test_the_urls_of_an_upload_serve_the_bytes_that_were_sent(
    api: httpx2.Client, cloudinary: httpx2.Client
) -> None:
    pictures = [picture(seed=1), picture("PNG", seed=2)]

    urls = upload(api, *pictures)["image_urls"]

    assert [cloudinary.get(url).content for url in urls] == pictures


def test_a_story_lists_its_images_in_the_order_sent(api: httpx2.Client) -> None:
    body = upload(api, picture(seed=1), picture(seed=2))

    images = api.get(f"{V2}/{body['story_id']}").json()

    assert [image["url"] for image in images] == body["image_urls"]
    assert [image["image_number"] for image in images] == [1, 2]
    assert all(type(image["image_number"]) is int for image in images)
    assert {tuple(image) for image in images} == {("url", "story_id", "image_number", "created_at")}
    assert {image["story_id"] for image in images} == {body["story_id"]}


def test_images_of_one_upload_share_an_instant_in_seconds(api: httpx2.Client) -> None:
    story_id = upload(api, picture(seed=1), picture(seed=2))["story_id"]

    instants = {image["created_at"] for image in api.get(f"{V2}/{story_id}").json()}

    assert len(instants) == 1
    assert SECONDS.fullmatch(instants.pop())


def test_all_images_are_listed_by_story_creation_then_number(api: httpx2.Client) -> None:
    stories = [upload(api, picture(seed=1), picture(seed=2)) for _ in range(3)]

    images = listed(api)

    assert [image["url"] for image in images] == [
        url for story in stories for url in story["image_urls"]
    ]


def test_story_ids_are_listed_by_creation(api: httpx2.Client) -> None:
    ids = [upload(api)["story_id"] for _ in range(3)]

    assert api.get(f"{V2}/story-ids").json() == ids


def test_nothing_uploaded_means_empty_lists(api: httpx2.Client) -> None:
    assert api.get(V2).json() == []
    assert api.get(f"{V2}/story-ids").json() == []


def test_deleting_a_story_removes_it_and_its_assets(
    api: httpx2.Client, cloudinary: httpx2.Client
) -> None:
    body = upload(api, picture(seed=1), picture(seed=2))

    answer = api.delete(f"{V2}/{body['story_id']}")

    assert answer.status_code == 200
    assert answer.json() == {
        "message": f"Successfully deleted all images for story {body['story_id']}"
    }
    assert api.get(f"{V2}/{body['story_id']}").status_code == 404
    assert [cloudinary.get(url).status_code for url in body["image_urls"]] == [404, 404]


def test_deleting_a_story_leaves_its_neighbours(
    api: httpx2.Client, cloudinary: httpx2.Client
) -> None:
    gone, kept = upload(api), upload(api)

    api.delete(f"{V2}/{gone['story_id']}")

    assert api.get(f"{V2}/story-ids").json() == [kept["story_id"]]
    assert cloudinary.get(kept["image_urls"][0]).status_code == 200


def test_deleting_everything_leaves_nothing_listed(
    api: httpx2.Client, cloudinary: httpx2.Client
) -> None:
    stories = [upload(api) for _ in range(3)]

    answer = api.delete(V2)

    assert answer.status_code == 200
    assert answer.json() == {"message": "Successfully deleted all images"}
    assert listed(api) == []
    assert {cloudinary.get(story["image_urls"][0]).status_code for story in stories} == {404}


def test_deleting_everything_twice_answers_the_same(api: httpx2.Client) -> None:
    first, second = api.delete(V2), api.delete(V2)

    assert (first.status_code, first.json()) == (second.status_code, second.json())


def test_a_story_uploaded_after_deleting_everything_is_there(api: httpx2.Client) -> None:
    upload(api)
    api.delete(V2)

    story_id = upload(api)["story_id"]

    assert api.get(f"{V2}/story-ids").json() == [story_id]


def test_deleting_everything_spares_assets_that_are_not_ours(
    api: httpx2.Client, cloudinary: httpx2.Client
) -> None:
    story = upload(api)
    own = re.sub(r".*/upload/v\d+/|\.jpg$", "", story["image_urls"][0])
    foreign = _put_asset(cloudinary, f"{own.rpartition('/')[0]}0/1")

    api.delete(f"{V2}/{story['story_id']}")
    api.delete(V2)

    assert cloudinary.get(foreign).status_code == 200


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize("story_id", [UNKNOWN, "abc", "1", "..%2Fupload", f"{UNKNOWN}x", "%00"])
def test_an_unknown_story_is_not_found(api: httpx2.Client, method: str, story_id: str) -> None:
    answer = api.request(method, f"{V2}/{story_id}")

    assert answer.status_code == 404
    assert answer.json() in (STORY_NOT_FOUND, {"detail": "Not Found"})


def test_a_second_delete_is_not_found(api: httpx2.Client) -> None:
    story_id = upload(api)["story_id"]
    api.delete(f"{V2}/{story_id}")

    answer = api.delete(f"{V2}/{story_id}")

    assert (answer.status_code, answer.json()) == (404, STORY_NOT_FOUND)


def test_a_story_id_in_capitals_is_answered_in_canonical_form(api: httpx2.Client) -> None:
    story_id = upload(api)["story_id"]

    answer = api.delete(f"{V2}/{story_id.upper()}")

    assert answer.json()["message"].endswith(story_id)


@pytest.mark.parametrize("name", ["story-ids", "upload"])
def test_names_of_other_routes_are_no_stories_to_delete(api: httpx2.Client, name: str) -> None:
    answer = api.delete(f"{V2}/{name}")

    assert (answer.status_code, answer.json()) == (404, STORY_NOT_FOUND)


def test_upload_is_only_posted_to(api: httpx2.Client) -> None:
    answer = api.get(f"{V2}/upload")

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    assert answer.json() == {"detail": "Method Not Allowed"}


def test_an_upload_cannot_choose_its_story_id(api: httpx2.Client) -> None:
    answer = api.post(f"{V2}/upload", data={"story_id": UNKNOWN}, files=parts(picture()))

    assert answer.status_code == 200
    assert answer.json()["story_id"] != UNKNOWN


def test_the_same_file_twice_counts_twice(api: httpx2.Client) -> None:
    assert upload(api, picture(), picture())["image_count"] == 2


def test_the_bracketed_field_name_is_taken_too(api: httpx2.Client) -> None:
    answer = api.post(f"{V2}/upload", files=parts(picture(), picture(), name="files[]"))

    assert answer.json()["image_count"] == 2


@pytest.mark.parametrize(
    "content_type", ["application/octet-stream", "image/png", "text/plain", ""]
)
def test_the_declared_type_does_not_matter(api: httpx2.Client, content_type: str) -> None:
    files = [("files", ("a.bin", picture(), content_type))]

    assert api.post(f"{V2}/upload", files=files).status_code == 200


@pytest.mark.parametrize("kind", ["AVIF", "BMP", "GIF", "JPEG", "MPO", "PNG", "TIFF", "WEBP"])
def test_every_common_kind_of_image_is_taken(api: httpx2.Client, kind: str) -> None:
    assert upload(api, picture(kind))["image_count"] == 1


class TestNothingToUpload:
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
    def test_is_said_as_documented(self, api: httpx2.Client, request_body: dict[str, Any]) -> None:
        answer = api.post(f"{V2}/upload", **request_body)

        assert (answer.status_code, answer.json()) == (400, NO_FILES)
        assert listed(api) == []


class TestBadUpload:
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
        self, api: httpx2.Client, cloudinary: httpx2.Client, content: bytes, status: int
    ) -> None:
        before = _assets(cloudinary)

        answer = api.post(f"{V2}/upload", files=parts(picture(), picture(), content))

        assert answer.status_code == status
        assert list(answer.json()) == ["detail"]
        assert "image3.jpg" in answer.json()["detail"]
        assert listed(api) == []
        assert _assets(cloudinary) == before

    def test_fifty_one_files_are_refused(self, api: httpx2.Client) -> None:
        answer = api.post(f"{V2}/upload", files=parts(*[picture()] * 51))

        assert answer.status_code == 400
        assert "50" in answer.json()["detail"]
        assert listed(api) == []

    def test_fifty_files_are_taken(self, api: httpx2.Client) -> None:
        assert upload(api, *[picture()] * 50)["image_count"] == 50

    def test_a_text_field_is_no_file(self, api: httpx2.Client) -> None:
        answer = api.post(
            f"{V2}/upload", data={"files": "image.jpg"}, files=[("other", ("a", b"x", ""))]
        )

        assert answer.status_code == 400
        assert answer.json() == {"detail": "files: expected a file, not text"}

    @pytest.mark.parametrize(
        "content_type",
        [
            "multipart/form-data",
            "multipart/form-data; boundary=other",
            "multipart/form-data; boundary=",
        ],
    )
    def test_a_wrong_boundary_is_a_bad_request(self, api: httpx2.Client, content_type: str) -> None:
        body = (
            b'--real\r\nContent-Disposition: form-data; name="files"; filename="a.jpg"\r\n'
            b"\r\nx\r\n--real--\r\n"
        )

        answer = api.post(f"{V2}/upload", content=body, headers={"Content-Type": content_type})

        assert answer.status_code == 400
        assert list(answer.json()) == ["detail"]

    def test_a_file_name_is_shown_without_its_folders_and_control_characters(
        self, api: httpx2.Client
    ) -> None:
        files = [("files", ("../../etc/pass\u202ewd.jpg", b"text", "image/jpeg"))]

        detail = api.post(f"{V2}/upload", files=files).json()["detail"]

        assert detail.endswith(": passwd.jpg")


def test_a_file_just_over_its_limit_is_too_large(target: Any, api: httpx2.Client) -> None:
    if target.functions is None:
        pytest.skip("the gateway refuses such a body before the function sees it")

    taken = api.post(f"{V2}/upload", files=parts(noise(10_485_760)))
    refused = api.post(f"{V2}/upload", files=parts(noise(10_485_761)))

    assert taken.status_code == 200
    assert refused.status_code == 413
    assert list(refused.json()) == ["detail"]


class TestCloudinaryInTrouble:
    FAILED = {"detail": "Failed to upload image to Cloudinary"}

    @pytest.mark.parametrize("kind", ["500", "html", "420", "close", "lost"])
    def test_a_failed_upload_leaves_nothing_behind(
        self, api: httpx2.Client, cloudinary: httpx2.Client, kind: str
    ) -> None:
        before = _assets(cloudinary)
        cloudinary.post("/_faults", json={"on": "upload", "kind": kind, "calls": 2, "after": 1})

        answer = api.post(f"{V2}/upload", files=parts(picture(), picture()))

        assert (answer.status_code, answer.json()) == (500, self.FAILED)
        assert listed(api) == []
        assert _assets(cloudinary) == before

    def test_one_short_trouble_is_overcome(
        self, api: httpx2.Client, cloudinary: httpx2.Client
    ) -> None:
        cloudinary.post("/_faults", json={"on": "upload", "kind": "500", "calls": 1})

        assert upload(api, picture(), picture())["image_count"] == 2

    def test_a_story_is_gone_even_when_its_assets_cannot_be_removed_now(
        self, api: httpx2.Client, cloudinary: httpx2.Client
    ) -> None:
        story_id = upload(api)["story_id"]
        cloudinary.post("/_faults", json={"on": "destroy", "kind": "420", "calls": 1})

        assert api.delete(f"{V2}/{story_id}").status_code == 200
        assert api.get(f"{V2}/{story_id}").status_code == 404


class TestPaging:
    def test_one_element_a_page_walks_the_whole_list(self, api: httpx2.Client) -> None:
        for _ in range(3):
            upload(api, picture(seed=1), picture(seed=2))

        assert _walk(api, f"{V2}?limit=1") == [[image] for image in listed(api)]

    def test_a_page_may_end_inside_a_story(self, api: httpx2.Client) -> None:
        for _ in range(2):
            upload(api, picture(seed=1), picture(seed=2), picture(seed=3))

        assert [len(page) for page in _walk(api, f"{V2}?limit=4")] == [4, 2]

    def test_story_ids_are_paged_too(self, api: httpx2.Client) -> None:
        ids = [upload(api)["story_id"] for _ in range(3)]

        assert _walk(api, f"{V2}/story-ids?limit=2") == [ids[:2], ids[2:]]

    def test_the_last_page_has_no_link(self, api: httpx2.Client) -> None:
        upload(api)

        assert "Link" not in api.get(f"{V2}?limit=1").headers

    def test_a_walk_goes_on_when_its_place_was_deleted(self, api: httpx2.Client) -> None:
        stories = [upload(api, picture(seed=1), picture(seed=2)) for _ in range(2)]
        link = api.get(f"{V2}?limit=1").links["next"]["url"]
        api.delete(f"{V2}/{stories[0]['story_id']}")

        rest = [image["url"] for image in _follow(api, link).json()]

        assert rest == stories[1]["image_urls"][:1]

    @pytest.mark.parametrize("limit", ["0", "-1", "1001", "x", "1.5", ""])
    def test_a_bad_limit_is_a_bad_request(self, api: httpx2.Client, limit: str) -> None:
        answer = api.get(V2, params={"limit": limit})

        assert answer.status_code == 400
        assert answer.json()["detail"].startswith("limit: ")

    @pytest.mark.parametrize(
        "cursor", ["", "x", "e30", "bnVsbA", "WyJzdG9yaWVzLXYyIl0", "é", "A" * 5000, "W1tbW1tb"]
    )
    def test_a_broken_cursor_is_a_bad_request(self, api: httpx2.Client, cursor: str) -> None:
        answer = api.get(V2, params={"cursor": cursor})

        assert answer.status_code == 400
        assert answer.json() == {"detail": "cursor: not a cursor of this list"}

    def test_another_lists_cursor_is_a_bad_request(self, api: httpx2.Client) -> None:
        upload(api)
        upload(api)
        link = api.get(f"{V2}/story-ids?limit=1").links["next"]["url"]

        answer = api.get(V2, params={"cursor": httpx2.URL(link).params["cursor"]})

        assert answer.status_code == 400


def _walk(api: httpx2.Client, url: str) -> list[Any]:
    pages = []
    answer = api.get(url)
    while answer.json():
        pages.append(answer.json())
        if "next" not in answer.links:
            break
        answer = _follow(api, answer.links["next"]["url"])
    return pages


def _follow(api: httpx2.Client, link: str) -> httpx2.Response:
    # A function's link has the stage, as its gateway URL would; a local cloud's has none.
    return api.get(link.removeprefix("/live"))


def _assets(cloudinary: httpx2.Client) -> set[str]:
    answer = cloudinary.get(
        "/v1_1/demo/resources/image/upload?max_results=500", auth=("key", "secret")
    )
    return {asset["public_id"] for asset in answer.json()["resources"]}


def _put_asset(cloudinary: httpx2.Client, public_id: str) -> str:
    answer = cloudinary.post(
        "/v1_1/demo/image/upload",
        auth=("key", "secret"),
        data={"public_id": public_id},
        files={"file": ("a.jpg", picture(), "image/jpeg")},
    )
    return str(answer.json()["secure_url"])
