"""Sharing images with users by name: the documented operations, and the ambiguous points."""

import pytest

from tests.support.gallery import User, new_name
from tests.support.stories import without_stage

KEYS = [
    "access_id",
    "image_id",
    "shared_with_user_id",
    "shared_with_username",
    "image_url",
    "image_caption",
    "granted_at",
]


@pytest.mark.point("S-10", "C20")
def test_sharing_returns_the_documented_body(john: User, jane: User) -> None:
    image_id = john.upload()["image_id"]

    response = john.share(image_id, jane.username)

    assert response.status_code == 200
    assert response.json() == {
        "message": "Image shared successfully",
        "shared_with_username": jane.username,
        "image_id": image_id,
    }


@pytest.mark.point("S-8", "S-10")
def test_only_the_recipient_can_see_a_shared_image(john: User, jane: User, judy: User) -> None:
    image_id = john.upload()["image_id"]

    john.share(image_id, jane.username)

    assert jane.get(f"/images/{image_id}").status_code == 200
    assert judy.get(f"/images/{image_id}").status_code == 403


@pytest.mark.point("S-11", "S-12", "X8", "C25", "C31")
def test_owner_and_recipient_list_the_same_share(john: User, jane: User) -> None:
    image = john.upload(caption="Shared image")
    john.share(image["image_id"], jane.username)

    received, created = jane.shared_with_me(), john.shared_by_me()

    assert received == created
    assert [list(share) for share in received] == [KEYS]
    share = received[0]
    assert type(share["access_id"]) is int
    assert share["image_id"] == image["image_id"]
    assert share["shared_with_user_id"] == jane.user_id
    assert share["shared_with_username"] == jane.username
    assert share["image_caption"] == "Shared image"
    assert len(share["granted_at"]) == len("2024-01-01T12:00:00")


@pytest.mark.point("C17")
def test_the_public_feed_of_a_recipient_contains_no_private_image(john: User, jane: User) -> None:
    image_id = john.upload()["image_id"]
    john.share(image_id, jane.username)

    feed = jane.get("/images/public?limit=1000").json()

    assert image_id not in [image["image_id"] for image in feed]


@pytest.mark.point("C8")
def test_a_name_is_found_regardless_of_case_and_returned_as_registered(
    john: User, jane: User
) -> None:
    image_id = john.upload()["image_id"]

    response = john.share(image_id, jane.username.upper())

    assert response.json()["shared_with_username"] == jane.username


@pytest.mark.point("C22")
def test_a_public_image_can_be_shared(john: User, jane: User) -> None:
    image_id = john.upload(visibility="public")["image_id"]

    assert john.share(image_id, jane.username).status_code == 200


class TestOrderOfChecks:
    @pytest.mark.point("C20")
    @pytest.mark.variants("body")
    @pytest.mark.parametrize("body", [{}, {"shared_with_username": 7}, [], None, "x"])
    def test_the_body_is_checked_before_the_image(self, john: User, body: object) -> None:
        response = john.request("POST", "/sharing/share/1", json=body)

        assert response.status_code == 422

    @pytest.mark.point("C18", "C20")
    def test_an_unknown_image_returns_404(self, john: User, jane: User) -> None:
        response = john.share(1, jane.username)

        assert (response.status_code, response.json()) == (404, {"detail": "Image not found"})

    @pytest.mark.point("C19", "C20")
    def test_the_owner_is_checked_before_the_recipient(self, john: User, jane: User) -> None:
        image_id = john.upload(visibility="public")["image_id"]

        response = jane.share(image_id, new_name())

        assert response.status_code == 403
        assert response.json() == {"detail": "You can only share your own images"}

    @pytest.mark.point("C20")
    def test_an_unknown_recipient_returns_404(self, john: User) -> None:
        image_id = john.upload()["image_id"]

        for name in (new_name(), "", "x" * 3000, "two words"):
            response = john.share(image_id, name)
            assert (response.status_code, response.json()) == (404, {"detail": "User not found"})

    @pytest.mark.point("C20")
    def test_sharing_with_oneself_is_rejected(self, john: User) -> None:
        image_id = john.upload()["image_id"]

        response = john.share(image_id, john.username)

        assert response.status_code == 400
        assert response.json() == {"detail": "Cannot share image with yourself"}

    @pytest.mark.point("C20")
    def test_sharing_twice_is_rejected(self, john: User, jane: User) -> None:
        image_id = john.upload()["image_id"]
        john.share(image_id, jane.username)

        response = john.share(image_id, jane.username)

        assert response.status_code == 400
        assert response.json() == {"detail": "Image already shared with this user"}


class TestRecipient:
    @pytest.mark.point("C19", "C22")
    def test_a_recipient_can_neither_delete_nor_share_the_image(
        self, john: User, jane: User
    ) -> None:
        image_id = john.upload()["image_id"]
        john.share(image_id, jane.username)

        assert jane.delete(f"/images/{image_id}").status_code == 403
        assert jane.share(image_id, john.username).status_code == 403
        assert jane.unshare(image_id, jane.user_id).json() == {
            "detail": "You can only unshare your own images"
        }


class TestUnsharing:
    @pytest.mark.point("S-13", "C24")
    def test_unsharing_removes_the_access(self, john: User, jane: User) -> None:
        image_id = john.upload()["image_id"]
        john.share(image_id, jane.username)

        response = john.unshare(image_id, jane.user_id)

        assert (response.status_code, response.content) == (204, b"")
        assert jane.get(f"/images/{image_id}").status_code == 403
        assert (jane.shared_with_me(), john.shared_by_me()) == ([], [])

    @pytest.mark.point("C21")
    def test_sharing_again_returns_a_new_access_id(self, john: User, jane: User) -> None:
        image_id = john.upload()["image_id"]
        john.share(image_id, jane.username)
        first = jane.shared_with_me()[0]["access_id"]
        john.unshare(image_id, jane.user_id)

        john.share(image_id, jane.username)

        assert jane.shared_with_me()[0]["access_id"] != first

    @pytest.mark.point("C26")
    @pytest.mark.variants("user_id")
    @pytest.mark.parametrize("user_id", ["1", "0", "-1", "9" * 60])
    def test_an_unknown_share_returns_404(self, john: User, user_id: str) -> None:
        image_id = john.upload()["image_id"]

        response = john.delete(f"/sharing/unshare/{image_id}/{user_id}")

        assert response.status_code == 404
        assert response.json() == {"detail": "Shared access not found"}

    @pytest.mark.point("C18")
    def test_the_image_is_checked_before_the_share(self, john: User) -> None:
        response = john.delete("/sharing/unshare/1/1")

        assert (response.status_code, response.json()) == (404, {"detail": "Image not found"})

    @pytest.mark.point("X9")
    @pytest.mark.variants("path")
    @pytest.mark.parametrize("path", ["abc/1", "1/abc", "1/1.0"])
    def test_ids_that_are_not_integers_return_422(self, john: User, path: str) -> None:
        assert john.delete(f"/sharing/unshare/{path}").status_code == 422


@pytest.mark.point("C23")
def test_deleting_an_image_deletes_its_shares(john: User, jane: User) -> None:
    deleted, remaining = (john.upload()["image_id"] for _ in range(2))
    for image_id in (deleted, remaining):
        john.share(image_id, jane.username)

    john.delete(f"/images/{deleted}")

    assert [share["image_id"] for share in jane.shared_with_me()] == [remaining]
    assert [share["image_id"] for share in john.shared_by_me()] == [remaining]
    response = john.unshare(deleted, jane.user_id)
    assert (response.status_code, response.json()) == (404, {"detail": "Image not found"})


@pytest.mark.point("X17")
def test_lists_are_newest_first_and_paged(john: User, jane: User) -> None:
    ids = [john.upload()["image_id"] for _ in range(3)]
    for image_id in ids:
        john.share(image_id, jane.username)

    first_page = jane.get("/sharing/shared-with-me?limit=2")
    second_page = jane.get(without_stage(first_page.links["next"]["url"]))

    assert [share["image_id"] for share in first_page.json() + second_page.json()] == ids[::-1]
    assert "Link" not in second_page.headers


@pytest.mark.point("S-11", "S-12")
def test_a_user_without_shares_has_empty_lists(john: User) -> None:
    assert (john.shared_with_me(), john.shared_by_me()) == ([], [])
