"""Errors of the user pool become errors of the domain."""

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
def test_a_rejected_login_does_not_contain_the_message_of_the_pool(
    pool: Stubber, code: str, error: type[DarkroomError]
) -> None:
    pool.add_client_error("admin_initiate_auth", code, "marked message of the pool")

    with pytest.raises(error) as raised:
        cognito.access_token("john", "secret")

    assert "marked" not in raised.value.message


def test_a_challenge_is_forbidden(pool: Stubber) -> None:
    pool.add_response("admin_initiate_auth", {"ChallengeName": "NEW_PASSWORD_REQUIRED"})

    with pytest.raises(ForbiddenError, match="NEW_PASSWORD_REQUIRED"):
        cognito.access_token("john", "secret")


def test_a_throttled_registration_raises_throttled(pool: Stubber) -> None:
    pool.add_client_error("admin_create_user", "TooManyRequestsException")

    with pytest.raises(ThrottledError):
        cognito.create_user("john", "john@example.com", "secret", False)


def test_a_user_with_a_rejected_password_is_deleted(pool: Stubber) -> None:
    created: dict[str, Any] = {"User": {"Attributes": [{"Name": "sub", "Value": "s1"}]}}
    pool.add_response("admin_create_user", created)
    pool.add_client_error("admin_set_user_password", "InvalidPasswordException", "Too short")
    pool.add_response("admin_delete_user", {})

    with pytest.raises(cognito.PasswordRejectedError, match="Too short"):
        cognito.create_user("john", "john@example.com", "x", False)

    pool.assert_no_pending_responses()


@pytest.mark.parametrize("status", ["CONFIRMED", "RESET_REQUIRED", "UNCONFIRMED"])
def test_an_existing_user_is_never_registered_again(pool: Stubber, status: str) -> None:
    pool.add_client_error("admin_create_user", "UsernameExistsException")
    pool.add_response("admin_get_user", {"Username": "john", "UserStatus": status})

    with pytest.raises(DarkroomError, match="Username already registered"):
        cognito.create_user("john", "john@example.com", "secret", True)

    pool.assert_no_pending_responses()
