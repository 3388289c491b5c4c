"""Verification of a Cognito user pool's access tokens.

The checks are those of "Verifying JSON web tokens" in Cognito's developer guide
(https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt

from darkroom import settings
from darkroom.errors import UnauthorizedError
from darkroom.observability.log import logger
from darkroom.tokens.expiry import LEEWAY_SECONDS
from darkroom.tokens.signing_keys import ALGORITHM, SigningKeys

ISSUER = settings.text("TOKEN_ISSUER")
CLIENT_IDS = frozenset(settings.text("TOKEN_CLIENT_IDS").replace(" ", "").split(","))

MAX_TOKEN_LENGTH = 8192

signing_keys = SigningKeys()


@dataclass(frozen=True)
class Claims:
    """The claims of a verified token."""

    sub: str
    username: str
    groups: tuple[str, ...]
    expires_at: int


def bearer_token(headers: Mapping[str, str]) -> str:
    """The token of the only Authorization header. Raises `UnauthorizedError`."""
    values = [value for name, value in headers.items() if name.lower() == "authorization"]
    match [value.split() for value in values]:
        case [[scheme, token]] if scheme.lower() == "bearer":
            return token
    raise UnauthorizedError


def verify(token: str) -> Claims:
    """The claims of a valid access token. Raises `UnauthorizedError` for any other text."""
    try:
        return _claims(_decode(token))
    except Exception as error:
        # Malformed input raises errors of many kinds, and their messages may quote the token.
        logger.info("Rejected a token", extra={"reason": type(error).__name__})
        raise UnauthorizedError from None


def _decode(token: str) -> dict[str, Any]:
    if len(token) > MAX_TOKEN_LENGTH:
        raise jwt.DecodeError
    header = jwt.get_unverified_header(token)
    if header["alg"] != ALGORITHM:
        raise jwt.InvalidAlgorithmError
    key = signing_keys.get(header["kid"])
    return jwt.decode(token, key, [ALGORITHM], issuer=ISSUER, leeway=LEEWAY_SECONDS)


def _claims(payload: dict[str, Any]) -> Claims:
    if payload["token_use"] != "access" or payload["client_id"] not in CLIENT_IDS:  # noqa: S105
        raise jwt.InvalidTokenError
    groups, exp = payload.get("cognito:groups", []), payload["exp"]
    if not isinstance(groups, list) or type(exp) is not int:
        raise jwt.InvalidTokenError
    return Claims(_text(payload["sub"]), _text(payload["username"]), tuple(map(_text, groups)), exp)


def _text(value: object) -> str:
    if isinstance(value, str) and value:
        return value
    raise jwt.InvalidTokenError
