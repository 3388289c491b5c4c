"""The Cognito user pool. User names are case-folded before every call."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.session import get_session

from darkroom import settings
from darkroom.errors import (
    DarkroomError,
    ForbiddenError,
    InvalidInputError,
    ThrottledError,
    UnauthorizedError,
)
from darkroom.models.user import USERNAME_TAKEN

NOT_READY = "The account is not ready to log in"
WRONG_PASSWORD = "Incorrect username or password"  # noqa: S105

POOL = settings.text("USER_POOL_ID")
CLIENT = settings.text("USER_POOL_CLIENT_ID")
CONFIG = Config(connect_timeout=3, read_timeout=8, retries={"total_max_attempts": 2})

_THROTTLED = {"TooManyRequestsException", "LimitExceededException", "ThrottlingException"}
# A name or password that the pool never accepts gives the same error as a wrong one.
_WRONG = {"NotAuthorizedException", "UserNotFoundException", "InvalidParameterException"}
_UNFINISHED = {"UserNotConfirmedException", "PasswordResetRequiredException"}


class PasswordRejectedError(DarkroomError):
    """Raised when the pool's policy rejects a password; the message is the pool's own."""


def create_user(username: str, email: str, password: str, is_incomplete: bool) -> str:
    """Create a user with that password and return their subject.

    The password of an existing user is never changed, unless the user remains from an incomplete
    registration and so has never had one.
    Raises `InvalidInputError`, `PasswordRejectedError` or `ThrottledError`.
    """
    with _errors():
        sub = _create(username, email) or (is_incomplete and _incomplete_user(username))
        if not sub:
            raise InvalidInputError(USERNAME_TAKEN)
        try:
            _client().admin_set_user_password(
                UserPoolId=POOL, Username=username.casefold(), Password=password, Permanent=True
            )
        except Exception:
            delete_user(username)
            raise
        return str(sub)


def delete_user(username: str) -> None:
    _client().admin_delete_user(UserPoolId=POOL, Username=username.casefold())


def access_token(username: str, password: str) -> str:
    """The access token for a correct password.

    Raises `UnauthorizedError`, also for an unknown name; `ForbiddenError` when the pool requires a
    further step; `ThrottledError`.
    """
    with _errors():
        response = _client().admin_initiate_auth(
            UserPoolId=POOL,
            ClientId=CLIENT,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": username.casefold(), "PASSWORD": password},
        )
    if "ChallengeName" in response:
        raise ForbiddenError(f"Login requires a further step: {response['ChallengeName']}")
    return str(response["AuthenticationResult"]["AccessToken"])


def _create(username: str, email: str) -> str | None:
    """The new user's subject, or None if the user name exists."""
    try:
        response = _client().admin_create_user(
            UserPoolId=POOL,
            Username=username.casefold(),
            UserAttributes=[{"Name": "email", "Value": email}],
            MessageAction="SUPPRESS",
        )
    except ClientError as error:
        if _code(error) == "UsernameExistsException":
            return None
        raise
    return _sub(response["User"]["Attributes"])


def _incomplete_user(username: str) -> str | None:
    """The subject of a user who has never set a password."""
    user = _client().admin_get_user(UserPoolId=POOL, Username=username.casefold())
    is_unused = user["UserStatus"] == "FORCE_CHANGE_PASSWORD"
    return _sub(user["UserAttributes"]) if is_unused else None


def _sub(attributes: list[dict[str, str]]) -> str:
    return next(item["Value"] for item in attributes if item["Name"] == "sub")


@contextmanager
def _errors() -> Iterator[None]:
    """Raises the pool's errors as ours, without the request's values."""
    try:
        yield
    except ClientError as error:
        code = _code(error)
        if code in _THROTTLED:
            raise ThrottledError("Too many requests") from None
        if code == "InvalidPasswordException":
            raise PasswordRejectedError(error.response["Error"]["Message"]) from None
        if code in _UNFINISHED:
            raise ForbiddenError(NOT_READY) from None
        if code in _WRONG and error.operation_name == "AdminInitiateAuth":
            raise UnauthorizedError(WRONG_PASSWORD) from None
        if code == "InvalidParameterException":
            raise PasswordRejectedError("the password is not acceptable") from None
        raise


def _code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])


@cache
def _client() -> Any:
    return get_session().create_client("cognito-idp", config=CONFIG)
