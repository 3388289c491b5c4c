"""Access tokens of a Cognito user pool, verified with the keys that the pool publishes.

What to check is told by "Verifying JSON web tokens" in Cognito's developer guide
(https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html).
The seconds between fetches are the "penalty box" of AWS's aws-jwt-verify, and as long.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any
from urllib import request

import jwt

from darkroom import settings
from darkroom.clock import GRACE_SECONDS
from darkroom.errors import UnauthorizedError
from darkroom.observability.log import logger

ISSUER = settings.text("TOKEN_ISSUER")
JWKS_URL = settings.text("TOKEN_JWKS_URL")
CLIENT_IDS = frozenset(settings.text("TOKEN_CLIENT_IDS").replace(" ", "").split(","))

ALGORITHM = "RS256"
MAX_TOKEN_LENGTH = 8192
MAX_JWKS_BYTES = 65_536  # a longer one is cut, and then no JSON
FETCH_SECONDS = 3.0
FETCH_INTERVAL_SECONDS = 10  # else tokens with invented key ids become requests


@dataclass(frozen=True)
class Claims:
    """What a verified token says of its bearer."""

    sub: str
    username: str
    groups: tuple[str, ...]
    expires_at: int


class Keys:
    """The pool's keys by their id; a fetch that fails leaves those that are known."""

    def __init__(self) -> None:
        self._known: dict[str, jwt.PyJWK] = {}
        self._fetched_at = -math.inf

    def get(self, kid: str) -> jwt.PyJWK:
        if kid not in self._known and monotonic() - self._fetched_at >= FETCH_INTERVAL_SECONDS:
            self._fetch()
        return self._known[kid]

    def _fetch(self) -> None:
        self._fetched_at = monotonic()
        try:
            self._known = _read_keys(_download())
        except Exception as error:  # whatever a network and a foreign document can hold
            logger.error("The keys of tokens cannot be fetched", extra={"reason": repr(error)})


keys = Keys()


def bearer(headers: Mapping[str, str]) -> str:
    """The token of the one Authorization header. Raises `UnauthorizedError`."""
    values = [value for name, value in headers.items() if name.lower() == "authorization"]
    match [value.split() for value in values]:
        case [[scheme, token]] if scheme.lower() == "bearer":
            return token
    raise UnauthorizedError("Could not validate credentials")


def verify(token: str) -> Claims:
    """The claims of a valid access token. Raises `UnauthorizedError` for everything else."""
    try:
        return _read_claims(_decode(token))
    except Exception as error:
        # Odd bytes make decoders raise what they like, and their messages may quote the token.
        logger.info("Refused a token", extra={"reason": type(error).__name__})
        raise UnauthorizedError("Could not validate credentials") from None


def _decode(token: str) -> dict[str, Any]:
    if len(token) > MAX_TOKEN_LENGTH:
        raise jwt.DecodeError
    header = jwt.get_unverified_header(token)
    if header["alg"] != ALGORITHM:
        raise jwt.InvalidAlgorithmError
    key = keys.get(header["kid"])
    return jwt.decode(token, key, [ALGORITHM], issuer=ISSUER, leeway=GRACE_SECONDS)


def _read_claims(claims: dict[str, Any]) -> Claims:
    if claims["token_use"] != "access" or claims["client_id"] not in CLIENT_IDS:  # noqa: S105
        raise jwt.InvalidTokenError
    groups, exp = claims.get("cognito:groups", []), claims["exp"]
    if not isinstance(groups, list) or type(exp) is not int:
        raise jwt.InvalidTokenError
    return Claims(_text(claims["sub"]), _text(claims["username"]), tuple(map(_text, groups)), exp)


def _text(value: object) -> str:
    if isinstance(value, str) and value:
        return value
    raise jwt.InvalidTokenError


def _read_keys(document: bytes) -> dict[str, jwt.PyJWK]:
    return {
        key.key_id: key
        for key in jwt.PyJWKSet.from_json(document.decode())
        # PyJWT makes keys of this algorithm from RSA keys alone.
        if key.key_id and key.algorithm_name == ALGORITHM and key.public_key_use in (None, "sig")
    }


def _download() -> bytes:
    try:
        return _get()
    except request.HTTPError:
        raise
    except OSError:  # no answer at all is worth a second try
        return _get()


def _get() -> bytes:
    with request.urlopen(JWKS_URL, timeout=FETCH_SECONDS) as response:  # noqa: S310 - a setting
        return bytes(response.read(MAX_JWKS_BYTES))
