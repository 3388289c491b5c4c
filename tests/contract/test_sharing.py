"""Sharing images with users by name: the calls of the document, and every doubtful point."""

import pytest

from tests.support.gallery import Person, new_name
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
def test_sharing_answers_as_documented(john: Person, jane: Person) -> None:
    image_id = john.upload()["image_id"]

    answer = john.share(image_id, jane.username)

    assert answer.status_code == 200
    assert answer.json() == {
        "message": "Image shared successfully",
        "shared_with_username": jane.username,
        "image_id": image_id,
    }


@pytest.mark.point("S-8", "S-10")
def test_a_shared_image_is_seen_by_its_recipient_alone(
    john: Person, jane: Person, judy: Person
) -> None:
    image_id = john.upload()["image_id"]

    john.share(image_id, jane.username)

    assert jane.get(f"/images/{image_id}").status_code == 200
    assert judy.get(f"/images/{image_id}").status_code == 403


@pytest.mark.point("S-11", "S-12", "X8", "C25", "C31")
def test_both_sides_list_the_share(john: Person, jane: Person) -> None:
    image = john.upload(caption="Shared image")
    john.share(image["image_id"], jane.username)

    received, given = jane.shared_with_me(), john.shared_by_me()

    assert received == given
    assert [list(share) for share in received] == [KEYS]
    share = received[0]
    assert type(share["access_id"]) is int
    assert share["image_id"] == image["image_id"]
    assert share["shared_with_user_id"] == jane.user_id
    assert share["shared_with_username"] == jane.username
    assert share["image_caption"] == "Shared image"
    assert len(share["granted_at"]) == len("2024-01-01T12:00:00")


@pytest.mark.point("C17")
def test_a_private_image_is_not_in_the_public_feed_for_its_recipient(
    john: Person, jane: Person
) -> None:
    image_id = john.upload()["image_id"]
    john.share(image_id, jane.username)

    feed = jane.get("/images/public?limit=1000").json()

    assert image_id not in [image["image_id"] for image in feed]


@pytest.mark.point("C8")
def test_a_name_is_found_whatever_its_case_and_told_as_registered(
    john: Person, jane: Person
) -> None:
    image_id = john.upload()["image_id"]

    answer = john.share(image_id, jane.username.upper())

    assert answer.json()["shared_with_username"] == jane.username


@pytest.mark.point("C22")
def test_a_public_image_may_be_shared(john: Person, jane: Person) -> None:
    image_id = john.upload(visibility="public")["image_id"]

    assert john.share(image_id, jane.username).status_code == 200


class TestOrderOfChecks:
    @pytest.mark.point("C20")
    @pytest.mark.variants("body")
    @pytest.mark.parametrize("body", [{}, {"shared_with_username": 7}, [], None, "x"])
    def test_a_bad_body_comes_before_an_unknown_image(self, john: Person, body: object) -> None:
        answer = john.request("POST", "/sharing/share/1", json=body)

        assert answer.status_code == 422

    @pytest.mark.point("C18", "C20")
    def test_an_unknown_image_comes_first_for_everybody(self, john: Person, jane: Person) -> None:
        answer = john.share(1, jane.username)

        assert (answer.status_code, answer.json()) == (404, {"detail": "Image not found"})

    @pytest.mark.point("C19", "C20")
    def test_then_whose_image_it_is(self, john: Person, jane: Person) -> None:
        image_id = john.upload(visibility="public")["image_id"]

        answer = jane.share(image_id, new_name())

        assert answer.status_code == 403
        assert answer.json() == {"detail": "You can only share your own images"}

    @pytest.mark.point("C20")
    def test_then_who_is_meant(self, john: Person) -> None:
        image_id = john.upload()["image_id"]

        for name in (new_name(), "", "x" * 3000, "two words"):
            answer = john.share(image_id, name)
            assert (answer.status_code, answer.json()) == (404, {"detail": "User not found"})

    @pytest.mark.point("C20")
    def test_then_not_oneself(self, john: Person) -> None:
        image_id = john.upload()["image_id"]

        answer = john.share(image_id, john.username)

        assert answer.status_code == 400
        assert answer.json() == {"detail": "Cannot share image with yourself"}

    @pytest.mark.point("C20")
    def test_then_not_twice(self, john: Person, jane: Person) -> None:
        image_id = john.upload()["image_id"]
        john.share(image_id, jane.username)

        answer = john.share(image_id, jane.username)

        assert answer.status_code == 400
        assert answer.json() == {"detail": "Image already shared with this user"}


class TestRecipient:
    @pytest.mark.point("C19", "C22")
    def test_may_neither_delete_nor_share_on(self, john: Person, jane: Person) -> None:
        image_id = john.upload()["image_id"]
        john.share(image_id, jane.username)

        assert jane.delete(f"/images/{image_id}").status_code == 403
        assert jane.share(image_id, john.username).status_code == 403
        assert jane.unshare(image_id, jane.user_id).json() == {
            "detail": "You can only unshare your own images"
        }


class TestUnsharing:
    @pytest.mark.point("S-13", "C24")
    def test_takes_the_access_away(self, john: Person, jane: Person) -> None:
        image_id = john.upload()["image_id"]
        john.share(image_id, jane.username)

        answer = john.unshare(image_id, jane.user_id)

        assert (answer.status_code, answer.content) == (204, b"")
        assert jane.get(f"/images/{image_id}").status_code == 403
        assert (jane.shared_with_me(), john.shared_by_me()) == ([], [])

    @pytest.mark.point("C21")
    def test_what_is_shared_again_has_a_new_access_id(self, john: Person, jane: Person) -> None:
        image_id = john.upload()["image_id"]
        john.share(image_id, jane.username)
        first = jane.shared_with_me()[0]["access_id"]
        john.unshare(image_id, jane.user_id)

        john.share(image_id, jane.username)

        assert jane.shared_with_me()[0]["access_id"] != first

    @pytest.mark.point("C26")
    @pytest.mark.variants("user_id")
    @pytest.mark.parametrize("user_id", ["1", "0", "-1", "9" * 60])
    def test_an_unknown_access_is_not_found(self, john: Person, user_id: str) -> None:
        image_id = john.upload()["image_id"]

        answer = john.delete(f"/sharing/unshare/{image_id}/{user_id}")

        assert (answer.status_code, answer.json()) == (404, {"detail": "Shared access not found"})

    @pytest.mark.point("C18")
    def test_an_unknown_image_is_told_before_an_unknown_access(self, john: Person) -> None:
        answer = john.delete("/sharing/unshare/1/1")

        assert (answer.status_code, answer.json()) == (404, {"detail": "Image not found"})

    @pytest.mark.point("X9")
    @pytest.mark.variants("path")
    @pytest.mark.parametrize("path", ["abc/1", "1/abc", "1/1.0"])
    def test_ids_are_integers(self, john: Person, path: str) -> None:
        assert john.delete(f"/sharing/unshare/{path}").status_code == 422


@pytest.mark.point("C23")
def test_deleting_an_image_ends_its_shares_at_once(john: Person, jane: Person) -> None:
    gone, kept = (john.upload()["image_id"] for _ in range(2))
    for image_id in (gone, kept):
        john.share(image_id, jane.username)

    john.delete(f"/images/{gone}")

    assert [share["image_id"] for share in jane.shared_with_me()] == [kept]
    assert [share["image_id"] for share in john.shared_by_me()] == [kept]
    answer = john.unshare(gone, jane.user_id)
    assert (answer.status_code, answer.json()) == (404, {"detail": "Image not found"})


@pytest.mark.point("X17")
def test_lists_are_newest_first_and_walked_page_by_page(john: Person, jane: Person) -> None:
    ids = [john.upload()["image_id"] for _ in range(3)]
    for image_id in ids:
        john.share(image_id, jane.username)

    answer = jane.get("/sharing/shared-with-me?limit=2")
    rest = jane.get(without_stage(answer.links["next"]["url"]))

    assert [share["image_id"] for share in answer.json() + rest.json()] == ids[::-1]
    assert "Link" not in rest.headers


@pytest.mark.point("S-11", "S-12")
def test_nothing_shared_means_empty_lists(john: Person) -> None:
    assert (john.shared_with_me(), john.shared_by_me()) == ([], [])
