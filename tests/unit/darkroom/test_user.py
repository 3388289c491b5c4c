"""Names, addresses and numbers belong to one person each."""

import pytest

from darkroom.errors import InvalidInputError
from darkroom.models import user as users
from darkroom.models.user import User

pytestmark = pytest.mark.usefixtures("tables")

NAME, EMAIL = "John", "john@example.com"


def register(name: str = NAME, email: str = EMAIL, sub: str = "s1") -> User:
    return User.activate(User.claim(name, email), name, email, sub)


@pytest.fixture
def over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(users, "REGISTRATION_EXPIRY", -users.REGISTRATION_EXPIRY)


def test_a_registered_user_is_found_by_name_and_by_subject() -> None:
    user = register()

    named, known = User.named("jOHN"), User.with_subject("s1")

    assert named and known
    assert named.user_id == known.user_id == user.user_id
    assert named.username == NAME


def test_a_held_name_is_taken_and_nobodys_yet() -> None:
    User.claim(NAME, EMAIL)

    with pytest.raises(InvalidInputError, match="Username already registered"):
        User.claim("john", "other@example.com")
    assert User.named(NAME) is None


def test_a_released_name_is_free() -> None:
    User.release(User.claim(NAME, EMAIL), NAME, EMAIL)

    assert register().username == NAME


@pytest.mark.usefixtures("over")
def test_a_name_that_was_never_registered_is_free_again_after_its_time() -> None:
    User.claim(NAME, EMAIL)

    assert User.has_expired_registration(NAME)
    assert register().username == NAME
    assert not User.has_expired_registration(NAME)


def test_an_address_is_told_when_the_name_is_free() -> None:
    register()

    with pytest.raises(InvalidInputError, match="Email already registered"):
        User.claim("other", "JOHN@example.com")


def test_who_the_pool_knew_before_us_gets_a_number_on_first_sight() -> None:
    first, second = User.find_or_create("s9", "jane"), User.find_or_create("s9", "jane")

    assert first.user_id == second.user_id
    named = User.named("jane")
    assert named and named.user_id == first.user_id


def test_a_name_of_somebody_else_is_not_taken_over_on_first_sight() -> None:
    john = register()

    stranger = User.find_or_create("s9", NAME)

    named = User.named(NAME)
    assert named and named.user_id == john.user_id != stranger.user_id


@pytest.mark.usefixtures("over")
def test_a_registration_that_died_late_is_completed_on_first_sight() -> None:
    User.claim(NAME, EMAIL)

    user = User.find_or_create("s1", NAME)

    named = User.named(NAME)
    assert named and named.user_id == user.user_id


def test_a_name_longer_than_any_is_nobodys_without_a_look() -> None:
    assert User.named("x" * 3000) is None
