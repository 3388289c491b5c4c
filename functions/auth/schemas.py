"""The bodies of the gallery contract's two account calls."""

import unicodedata
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, EmailStr, SecretStr
from pydantic import StringConstraints as Text
from pydantic_core import PydanticCustomError

from darkroom import clock
from darkroom.models.user import User

# The characters that Cognito allows: letters, marks, symbols, numbers and punctuation.
_NAME_CATEGORIES = frozenset("LMSNP")


def _without_spaces(name: str) -> str:
    if {unicodedata.category(character)[0] for character in name} <= _NAME_CATEGORIES:
        return name
    raise PydanticCustomError("value_error", "no white space or control characters")


def _bare_address(address: object) -> object:
    # The e-mail validator extracts the address from `John <john@example.com>`.
    if isinstance(address, str) and ("<" in address or address != address.strip()):
        raise PydanticCustomError("value_error", "value is not a valid email address")
    return address


class UserCreate(BaseModel):
    username: Annotated[str, Text(min_length=1, max_length=50), AfterValidator(_without_spaces)]
    email: Annotated[EmailStr, BeforeValidator(_bare_address)]
    password: SecretStr


class LoginForm(BaseModel):
    """OAuth2's password form, of which only the user name and the password are used."""

    grant_type: Literal["password"] | None = None
    username: str
    password: SecretStr
    scope: str = ""
    client_id: str | None = None
    client_secret: SecretStr | None = None


class UserOut(BaseModel):
    user_id: int
    username: str
    email: str
    created_at: str

    @classmethod
    def of(cls, user: User) -> "UserOut":
        return cls(
            user_id=int(user.user_id),
            username=user.username,
            email=user.email,
            created_at=clock.to_naive_seconds(user.created_at),
        )


class Token(BaseModel):
    access_token: str
    token_type: str = "bearer"  # noqa: S105
