"""What the user pool says is told in our words."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.session import get_session
from botocore.stub import Stubber

from auth import cognito
from darkroom.errors import DarkroomError, ForbiddenError, ThrottledError, UnauthorizedError


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    client = get_session().create_client("cognito-idp")
    monkeypatch.setattr(cognito, "_client", lambda: client)
    with Stubber(client) as stubber:
        yield stubber


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("NotAuthorizedException", UnauthorizedError),
        ("UserNotFoundException", UnauthorizedError),
        ("InvalidParameterException", UnauthorizedError),
        ("TooManyRequestsException", ThrottledError),
        ("UserNotConfirmedException", ForbiddenError),
        ("PasswordResetRequiredException", ForbiddenError),
    ],
)
def test_a_refused_login_is_told_without_the_pools_words(
    pool: Stubber, code: str, error: type[DarkroomError]
) -> None:
    pool.add_client_error("admin_initiate_auth", code, "marked words of the pool")

    with pytest.raises(error) as raised:
        cognito.access_token("john", "secret")

    assert "marked" not in raised.value.message


def test_a_challenge_is_no_token(pool: Stubber) -> None:
    pool.add_response("admin_initiate_auth", {"ChallengeName": "NEW_PASSWORD_REQUIRED"})

    with pytest.raises(ForbiddenError, match="NEW_PASSWORD_REQUIRED"):
        cognito.access_token("john", "secret")


def test_a_throttled_registration_is_told_so(pool: Stubber) -> None:
    pool.add_client_error("admin_create_user", "TooManyRequestsException")

    with pytest.raises(ThrottledError):
        cognito.create_user("john", "john@example.com", "secret", False)


def test_a_user_whose_password_is_refused_is_taken_back(pool: Stubber) -> None:
    created: dict[str, Any] = {"User": {"Attributes": [{"Name": "sub", "Value": "s1"}]}}
    pool.add_response("admin_create_user", created)
    pool.add_client_error("admin_set_user_password", "InvalidPasswordException", "Too short")
    pool.add_response("admin_delete_user", {})

    with pytest.raises(cognito.PasswordRejectedError, match="Too short"):
        cognito.create_user("john", "john@example.com", "x", False)

    pool.assert_no_pending_responses()


@pytest.mark.parametrize("status", ["CONFIRMED", "RESET_REQUIRED", "UNCONFIRMED"])
def test_a_user_with_a_password_of_his_own_is_never_taken_up(pool: Stubber, status: str) -> None:
    pool.add_client_error("admin_create_user", "UsernameExistsException")
    pool.add_response("admin_get_user", {"Username": "john", "UserStatus": status})

    with pytest.raises(DarkroomError, match="Username already registered"):
        cognito.create_user("john", "john@example.com", "secret", True)

    pool.assert_no_pending_responses()
