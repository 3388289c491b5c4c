"""The public keys with which a user pool signs its tokens (JWKS)."""

import math
from time import monotonic
from urllib import request

import jwt

from darkroom import settings
from darkroom.observability.log import logger

JWKS_URL = settings.text("TOKEN_JWKS_URL")

ALGORITHM = "RS256"
MAX_JWKS_BYTES = 65_536  # a longer document is truncated, and then invalid JSON
FETCH_SECONDS = 3.0
# Otherwise tokens with invented key ids would cause a request each. AWS's aws-jwt-verify has the
# same "penalty box" of ten seconds.
FETCH_INTERVAL_SECONDS = 10


class SigningKeys:
    """The pool's keys by their id; a failed fetch keeps the known ones."""

    def __init__(self) -> None:
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched_at = -math.inf

    def get(self, kid: str) -> jwt.PyJWK:
        if kid not in self._keys and monotonic() - self._fetched_at >= FETCH_INTERVAL_SECONDS:
            self._fetch()
        return self._keys[kid]

    def _fetch(self) -> None:
        self._fetched_at = monotonic()
        try:
            self._keys = _parse(_download())
        except Exception as error:  # any error of the network or of the document
            logger.error("Cannot fetch the signing keys", extra={"reason": repr(error)})


def _parse(document: bytes) -> dict[str, jwt.PyJWK]:
    return {
        key.key_id: key
        for key in jwt.PyJWKSet.from_json(document.decode())
        # PyJWT accepts only RSA keys for this algorithm.
        if key.key_id and key.algorithm_name == ALGORITHM and key.public_key_use in (None, "sig")
    }


def _download() -> bytes:
    try:
        return _get()
    except request.HTTPError:
        raise
    except OSError:  # one retry for a connection that failed
        return _get()


def _get() -> bytes:
    with request.urlopen(JWKS_URL, timeout=FETCH_SECONDS) as response:  # noqa: S310 - a setting
        return bytes(response.read(MAX_JWKS_BYTES))
