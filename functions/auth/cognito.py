"""The user pool. Names are folded before it sees them, so that their case never matters."""

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

POOL = settings.text("USER_POOL_ID")
CLIENT = settings.text("USER_POOL_CLIENT_ID")
CONFIG = Config(connect_timeout=3, read_timeout=8, retries={"total_max_attempts": 2})

_THROTTLED = {"TooManyRequestsException", "LimitExceededException", "ThrottlingException"}
# A name or password that the pool could never have taken is as wrong as any other.
_WRONG = {"NotAuthorizedException", "UserNotFoundException", "InvalidParameterException"}
_UNFINISHED = {"UserNotConfirmedException", "PasswordResetRequiredException"}


class PasswordRefusedError(DarkroomError):
    """Raised when the pool's policy refuses a password; the message is the pool's own."""


def create_user(username: str, email: str, password: str, is_left_over: bool) -> str:
    """A user with that password, and his subject.

    A user that the pool has already is another's, and his password is never touched, unless a
    registration of ours left him over: then he has never had a password of his own.
    Raises `InvalidInputError`, `PasswordRefusedError` or `ThrottledError`.
    """
    with _errors():
        sub = _create(username, email) or (is_left_over and _left_over_sub(username))
        if not sub:
            raise InvalidInputError("Username already registered")
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
    """A token for the right password.

    Raises `UnauthorizedError`, the same for an unknown name; `ForbiddenError` when the pool asks
    for a further step; `ThrottledError`.
    """
    with _errors():
        answer = _client().admin_initiate_auth(
            UserPoolId=POOL,
            ClientId=CLIENT,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": username.casefold(), "PASSWORD": password},
        )
    if "ChallengeName" in answer:
        raise ForbiddenError(f"Login needs a further step: {answer['ChallengeName']}")
    return str(answer["AuthenticationResult"]["AccessToken"])


def _create(username: str, email: str) -> str | None:
    """The new user's subject, or None when the pool has a user of that name."""
    try:
        answer = _client().admin_create_user(
            UserPoolId=POOL,
            Username=username.casefold(),
            UserAttributes=[{"Name": "email", "Value": email}],
            MessageAction="SUPPRESS",
        )
    except ClientError as error:
        if _code(error) == "UsernameExistsException":
            return None
        raise
    return _sub(answer["User"]["Attributes"])


def _left_over_sub(username: str) -> str | None:
    user = _client().admin_get_user(UserPoolId=POOL, Username=username.casefold())
    is_unused = user["UserStatus"] == "FORCE_CHANGE_PASSWORD"
    return _sub(user["UserAttributes"]) if is_unused else None


def _sub(attributes: list[dict[str, str]]) -> str:
    return next(item["Value"] for item in attributes if item["Name"] == "sub")


@contextmanager
def _errors() -> Iterator[None]:
    """The pool's errors as ours, without what was sent."""
    try:
        yield
    except ClientError as error:
        code = _code(error)
        if code in _THROTTLED:
            raise ThrottledError("Too many requests") from None
        if code == "InvalidPasswordException":
            raise PasswordRefusedError(error.response["Error"]["Message"]) from None
        if code in _UNFINISHED:
            raise ForbiddenError("The account is not ready to log in") from None
        if code in _WRONG and error.operation_name == "AdminInitiateAuth":
            raise UnauthorizedError("Incorrect username or password") from None
        if code == "InvalidParameterException":
            raise PasswordRefusedError("the password is not acceptable") from None
        raise


def _code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])


@cache
def _client() -> Any:
    return get_session().create_client("cognito-idp", config=CONFIG)
