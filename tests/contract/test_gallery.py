"""Images of the gallery: the operations of its document, and the ambiguous points."""

import re

import httpx2
import pytest

from tests.support.gallery import User
from tests.support.images import bomb, picture
from tests.support.stories import without_stage

NAIVE_SECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
UNAUTHORIZED = "Could not validate credentials"
KEYS = [
    "image_id",
    "user_id",
    "image_url",
    "caption",
    "visibility",
    "created_at",
    "owner_username",
]
NO_ACCESS = {"detail": "You don't have access to this image"}
NOT_FOUND = {"detail": "Image not found"}


class TestUpload:
    @pytest.mark.point("S-5", "X8", "X23")
    def test_an_upload_returns_exactly_five_keys(self, john: User) -> None:
        response = john.post_image(data={"caption": "My first image", "visibility": "private"})

        body = response.json()
        assert response.status_code == 201
        assert list(body) == ["image_id", "image_url", "caption", "visibility", "message"]
        assert type(body["image_id"]) is int and 0 < body["image_id"] < 2**53
        assert (body["caption"], body["visibility"]) == ("My first image", "private")
        assert body["message"] == "Image uploaded successfully"

    @pytest.mark.point("C1")
    def test_an_image_is_private_and_has_no_caption_by_default(self, john: User) -> None:
        body = john.upload()

        assert (body["caption"], body["visibility"]) == (None, "private")

    @pytest.mark.point("C1")
    @pytest.mark.variants("form", "query", "caption", "visibility")
    @pytest.mark.parametrize(
        ("form", "query", "caption", "visibility"),
        [
            ({"caption": "f", "visibility": "public"}, {}, "f", "public"),
            ({}, {"caption": "q", "visibility": "public"}, "q", "public"),
            (
                {"caption": "f", "visibility": "private"},
                {"caption": "q", "visibility": "public"},
                "f",
                "private",
            ),
            ({"caption": ""}, {"caption": "q"}, "q", "private"),
            ({"caption": ""}, {}, None, "private"),
        ],
        ids=["form", "query", "both", "empty caption and query", "empty caption"],
    )
    def test_the_form_takes_precedence_over_the_query(
        self,
        john: User,
        form: dict[str, str],
        query: dict[str, str],
        caption: str | None,
        visibility: str,
    ) -> None:
        body = john.post_image(data=form, params=query).json()

        assert (body["caption"], body["visibility"]) == (caption, visibility)

    @pytest.mark.point("C2")
    @pytest.mark.variants("value")
    @pytest.mark.parametrize("value", ["Public", "secret", "1"])
    def test_the_error_locates_an_invalid_visibility(self, john: User, value: str) -> None:
        in_form = john.post_image(data={"visibility": value})
        in_query = john.post_image(params={"visibility": value})

        assert (in_form.status_code, in_query.status_code) == (422, 422)
        assert [item["loc"] for item in in_form.json()["detail"]] == [["body", "visibility"]]
        assert [item["loc"] for item in in_query.json()["detail"]] == [["query", "visibility"]]

    @pytest.mark.point("C33")
    @pytest.mark.variants("caption")
    @pytest.mark.parametrize("caption", ["x" * 2001, "a\x00b", "a\x1bb"])
    def test_a_long_caption_or_one_with_control_characters_is_rejected(
        self, john: User, caption: str
    ) -> None:
        response = john.post_image(data={"caption": caption})

        assert response.status_code == 422
        assert [item["loc"] for item in response.json()["detail"]] == [["body", "caption"]]

    @pytest.mark.point("C33")
    @pytest.mark.parametrize("caption", ["x" * 2000, "<b>&amp;</b>", "Übung 🎉 日本", '"'])
    def test_a_caption_is_returned_unchanged(self, john: User, caption: str) -> None:
        image_id = john.upload(caption=caption)["image_id"]

        assert john.get(f"/images/{image_id}").json()["caption"] == caption

    @pytest.mark.point("X10", "C5", "C14")
    def test_an_upload_without_a_file_is_rejected(self, john: User) -> None:
        response = john.request("POST", "/images/upload", data={"caption": "x"})

        assert response.status_code == 422
        assert response.json()["detail"][0] == {
            "loc": ["body", "file"],
            "msg": "field required",
            "type": "value_error.missing",
        }

    @pytest.mark.point("C14", "C15")
    @pytest.mark.variants("content", "content_type", "detail")
    @pytest.mark.parametrize(
        ("content", "content_type", "detail"),
        [
            (b"", "image/jpeg", "File is empty"),
            (b"text", "image/jpeg", "File must be an image"),
            (b"text", "text/plain", "File must be an image"),
            (picture(), "text/plain", "File must be an image"),
            (
                b'<svg xmlns="http://www.w3.org/2000/svg"/>',
                "image/svg+xml",
                "File must be an image",
            ),
            (picture()[:-40], "image/jpeg", "The file ends early: a.jpg"),
        ],
        ids=["empty", "text as image", "text", "image as text", "SVG", "truncated"],
    )
    def test_a_file_that_is_not_an_image_is_rejected(
        self, john: User, content: bytes, content_type: str, detail: str
    ) -> None:
        response = john.post_image(files={"file": ("a.jpg", content, content_type)})

        assert (response.status_code, response.json()) == (400, {"detail": detail})
        assert john.my_images() == []

    @pytest.mark.point("C14")
    def test_too_many_pixels_are_rejected(self, john: User) -> None:
        assert john.post_image(bomb()).status_code == 400

    @pytest.mark.point("C14")
    @pytest.mark.variants("content_type")
    @pytest.mark.parametrize("content_type", ["application/octet-stream", "image/png"])
    def test_a_generic_or_another_image_type_is_accepted(
        self, john: User, content_type: str
    ) -> None:
        response = john.post_image(files={"file": ("a.bin", picture(), content_type)})

        assert response.status_code == 201

    @pytest.mark.point("C34")
    def test_uploading_the_same_picture_twice_creates_two_images(self, john: User) -> None:
        assert john.upload()["image_id"] != john.upload()["image_id"]

    @pytest.mark.point("X22", "C16")
    def test_a_storage_failure_returns_the_documented_error(
        self, john: User, cloudinary: httpx2.Client
    ) -> None:
        cloudinary.post("/_faults", json={"on": "upload", "kind": "500", "calls": 2})

        response = john.post_image()

        assert response.status_code == 500
        assert response.json() == {"detail": "Error uploading image: Cloudinary is not available"}
        assert john.my_images() == []


class TestReading:
    @pytest.mark.point("S-8", "X7", "C28", "C31")
    def test_an_image_has_exactly_seven_keys(self, john: User) -> None:
        image_id = john.upload(caption="c")["image_id"]

        body = john.get(f"/images/{image_id}").json()

        assert list(body) == KEYS
        assert (body["user_id"], body["owner_username"]) == (john.user_id, john.username)
        assert NAIVE_SECONDS.fullmatch(body["created_at"])

    @pytest.mark.point("S-6", "X17")
    def test_my_images_lists_only_own_images_newest_first(self, john: User, jane: User) -> None:
        ids = [john.upload()["image_id"] for _ in range(3)]
        jane.upload(visibility="public")

        assert [image["image_id"] for image in john.my_images()] == ids[::-1]

    @pytest.mark.point("S-7", "X17", "C17")
    def test_the_public_feed_contains_the_public_images_of_all_users(
        self, john: User, jane: User
    ) -> None:
        private = john.upload()["image_id"]
        of_john = john.upload(visibility="public")["image_id"]
        of_jane = jane.upload(visibility="public")["image_id"]

        feed = [image["image_id"] for image in john.get("/images/public?limit=2").json()]

        assert feed == [of_jane, of_john]
        assert private not in feed

    @pytest.mark.point("X17")
    def test_the_links_connect_all_pages_of_a_list(self, john: User) -> None:
        ids = [john.upload()["image_id"] for _ in range(3)]
        images = []

        response = john.get("/images/my-images?limit=1")
        images += response.json()
        while "next" in response.links:
            response = john.get(without_stage(response.links["next"]["url"]))
            images += response.json()

        assert [image["image_id"] for image in images] == ids[::-1]

    @pytest.mark.point("X17")
    def test_the_cursor_of_another_user_is_rejected(self, john: User, jane: User) -> None:
        for _ in range(2):
            john.upload()
        link = john.get("/images/my-images?limit=1").links["next"]["url"]

        response = jane.get(
            "/images/my-images", params={"cursor": httpx2.URL(link).params["cursor"]}
        )

        assert response.status_code == 400

    @pytest.mark.point("S-8")
    def test_every_user_can_see_a_public_image(self, john: User, jane: User) -> None:
        image_id = john.upload(visibility="public")["image_id"]

        assert jane.get(f"/images/{image_id}").status_code == 200

    @pytest.mark.point("S-8", "C19")
    def test_other_users_cannot_see_a_private_image(self, john: User, jane: User) -> None:
        image_id = john.upload()["image_id"]

        response = jane.get(f"/images/{image_id}")

        assert (response.status_code, response.json()) == (403, NO_ACCESS)

    @pytest.mark.point("C3")
    def test_a_private_image_opens_only_through_its_signed_url(
        self, john: User, cloudinary: httpx2.Client
    ) -> None:
        content = picture(seed=7)
        image_id = john.post_image(content).json()["image_id"]
        url = john.get(f"/images/{image_id}").json()["image_url"]

        unsigned = re.sub(r"/s--[\w-]+--", "", url)

        assert cloudinary.get(url).content == content
        assert unsigned != url
        assert cloudinary.get(unsigned).status_code == 401


class TestDeleting:
    @pytest.mark.point("S-9", "C24")
    def test_a_deleted_image_returns_404(self, john: User) -> None:
        image_id = john.upload()["image_id"]

        response = john.delete(f"/images/{image_id}")

        assert (response.status_code, response.content) == (204, b"")
        assert john.get(f"/images/{image_id}").json() == NOT_FOUND
        assert john.delete(f"/images/{image_id}").status_code == 404
        assert john.my_images() == []

    @pytest.mark.point("S-9", "C19")
    @pytest.mark.parametrize("visibility", ["public", "private"])
    def test_only_the_owner_can_delete_an_image(
        self, john: User, jane: User, visibility: str
    ) -> None:
        image_id = john.upload(visibility=visibility)["image_id"]

        response = jane.delete(f"/images/{image_id}")

        assert response.status_code == 403
        assert response.json() == {"detail": "You can only delete your own images"}
        assert john.get(f"/images/{image_id}").status_code == 200


@pytest.mark.point("X9", "C18")
@pytest.mark.variants("image_id", "status")
@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize(
    ("image_id", "status"),
    [
        ("abc", 422),
        ("1.0", 422),
        ("1e3", 422),
        ("%2e%2e", 422),
        ("-1", 404),
        ("0", 404),
        ("1", 404),
        ("9" * 23, 404),
        ("9" * 60, 404),
    ],
)
def test_an_invalid_id_returns_422_and_an_unknown_id_404(
    john: User, method: str, image_id: str, status: int
) -> None:
    response = john.request(method, f"/images/{image_id}")

    assert response.status_code == status
    if status == 404:
        assert response.json() == NOT_FOUND
    else:
        assert [set(item) for item in response.json()["detail"]] == [{"loc", "msg", "type"}]
        assert response.json()["detail"][0]["loc"] == ["path", "image_id"]


def test_an_encoded_slash_in_an_id_returns_404(john: User) -> None:
    assert john.get("/images/1%2F2").status_code == 404


@pytest.mark.point("X15")
def test_get_of_upload_returns_405(john: User) -> None:
    response = john.get("/images/upload")

    assert (response.status_code, response.headers["Allow"]) == (405, "POST")


PROTECTED: list[tuple[str, str]] = [
    ("POST", "/images/upload"),
    ("GET", "/images/my-images"),
    ("GET", "/images/public"),
    ("GET", "/images/1"),
    ("DELETE", "/images/1"),
    ("POST", "/sharing/share/1"),
    ("GET", "/sharing/shared-with-me"),
    ("GET", "/sharing/shared-by-me"),
    ("DELETE", "/sharing/unshare/1/1"),
]


@pytest.mark.safe
@pytest.mark.point("X1", "C4", "C17", "C30")
@pytest.mark.variants("headers")
@pytest.mark.parametrize(("method", "path"), PROTECTED)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": "Basic eA=="},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer " + "x" * 9000},
    ],
    ids=["no header", "invalid token", "basic scheme", "no token", "long token"],
)
def test_a_protected_operation_requires_a_valid_token(
    anonymous: httpx2.Client, method: str, path: str, headers: dict[str, str]
) -> None:
    response = anonymous.request(method, path, headers=headers)

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert response.json()["detail"] == UNAUTHORIZED
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.point("C4")
def test_a_token_in_the_query_is_ignored(john: User) -> None:
    response = john.api.get("/images/my-images", params={"access_token": john.token})

    assert response.status_code == 401


@pytest.mark.point("C12")
def test_a_tampered_token_is_rejected(john: User) -> None:
    header, claims, signature = john.token.split(".")
    tampered = ".".join([header, claims[:-4] + "AAAA", signature])

    response = john.api.get("/images/my-images", headers={"Authorization": f"Bearer {tampered}"})

    assert response.status_code == 401


@pytest.mark.point("S-6")
def test_a_user_without_images_has_an_empty_list(john: User) -> None:
    assert john.my_images() == []
