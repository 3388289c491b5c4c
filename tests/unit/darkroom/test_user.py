"""A user name, an email address and a user id belong to one user each."""

import pytest

from darkroom.errors import InvalidInputError
from darkroom.models import user as users
from darkroom.models.user import User

pytestmark = pytest.mark.usefixtures("tables")

NAME, EMAIL = "John", "john@example.com"


def register(name: str = NAME, email: str = EMAIL, sub: str = "s1") -> User:
    return User.activate(User.claim(name, email), name, email, sub)


@pytest.fixture
def expired(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(users, "REGISTRATION_EXPIRY", -users.REGISTRATION_EXPIRY)


def test_a_registered_user_is_found_by_name_and_by_subject() -> None:
    user = register()

    by_name, by_subject = User.named("jOHN"), User.with_subject("s1")

    assert by_name and by_subject
    assert by_name.user_id == by_subject.user_id == user.user_id
    assert by_name.username == NAME


def test_a_claimed_name_is_taken_and_has_no_user() -> None:
    User.claim(NAME, EMAIL)

    with pytest.raises(InvalidInputError, match="Username already registered"):
        User.claim("john", "other@example.com")
    assert User.named(NAME) is None


def test_a_released_name_can_be_registered() -> None:
    User.release(User.claim(NAME, EMAIL), NAME, EMAIL)

    assert register().username == NAME


@pytest.mark.usefixtures("expired")
def test_the_claim_of_an_incomplete_registration_expires() -> None:
    User.claim(NAME, EMAIL)

    assert User.has_expired_registration(NAME)
    assert register().username == NAME
    assert not User.has_expired_registration(NAME)


def test_a_registered_email_address_is_rejected() -> None:
    register()

    with pytest.raises(InvalidInputError, match="Email already registered"):
        User.claim("other", "JOHN@example.com")


def test_an_existing_user_of_the_pool_gets_an_id_at_the_first_request() -> None:
    first, second = User.find_or_create("s9", "jane"), User.find_or_create("s9", "jane")

    assert first.user_id == second.user_id
    named = User.named("jane")
    assert named and named.user_id == first.user_id


def test_the_name_of_another_user_is_not_taken_over() -> None:
    john = register()

    other = User.find_or_create("s9", NAME)

    named = User.named(NAME)
    assert named and named.user_id == john.user_id != other.user_id


@pytest.mark.usefixtures("expired")
def test_an_incomplete_registration_is_completed_at_the_first_request() -> None:
    User.claim(NAME, EMAIL)

    user = User.find_or_create("s1", NAME)

    named = User.named(NAME)
    assert named and named.user_id == user.user_id


def test_a_name_that_is_too_long_has_no_user() -> None:
    assert User.named("x" * 3000) is None
