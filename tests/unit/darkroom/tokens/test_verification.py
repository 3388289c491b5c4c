"""A token is accepted only if the pool signed it for one of our clients and it has not expired."""

import hmac
import io
import json
import logging
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.support.tokens import (
    CLIENT_ID,
    ISSUER,
    KeyServer,
    base64url,
    claims,
    jwk,
    private_key,
    signing_input,
    token,
)

# isort: split
from darkroom.errors import UnauthorizedError
from darkroom.observability.log import logger
from darkroom.tokens import verification
from tests.unit.darkroom.tokens.conftest import is_rejected

RS256 = {"alg": "RS256", "kid": "first"}


def test_the_claims_identify_the_user() -> None:
    content = claims(**{"cognito:groups": ["editors", "admins"]})

    assert verification.verify(token(content)) == verification.Claims(
        sub=content["sub"],
        username="ada",
        groups=("editors", "admins"),
        expires_at=content["exp"],
    )


def test_a_user_without_groups_has_no_groups() -> None:
    assert verification.verify(token(claims())).groups == ()


def test_every_configured_client_is_accepted() -> None:
    assert verification.verify(token(claims(client_id="another-client"))).username == "ada"


def with_alg_none(content: dict[str, Any]) -> str:
    return signing_input({"alg": "none", "kid": "first"}, content) + "."


def with_hs256(content: dict[str, Any]) -> str:
    """Signed with the public key as the shared secret."""
    pem = (
        private_key("first")
        .public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    text = signing_input({"alg": "HS256", "kid": "first"}, content)
    return f"{text}.{base64url(hmac.digest(pem, text.encode(), 'sha256'))}"


def with_es256(content: dict[str, Any]) -> str:
    curve = ec.generate_private_key(ec.SECP256R1())
    return jwt.encode(content, curve, "ES256", {"kid": "first"})


def with_es256_header_only(content: dict[str, Any]) -> str:
    return token(content, header={"alg": "ES256", "kid": "first"})


def without_alg(content: dict[str, Any]) -> str:
    return token(content, header={"kid": "first"})


def with_alg_list(content: dict[str, Any]) -> str:
    return token(content, header={"alg": ["RS256"], "kid": "first"})


def with_lower_case_alg(content: dict[str, Any]) -> str:
    return token(content, header={"alg": "rs256", "kid": "first"})


@pytest.mark.parametrize(
    "sign",
    [
        with_alg_none,
        with_hs256,
        with_es256,
        with_es256_header_only,
        without_alg,
        with_alg_list,
        with_lower_case_alg,
    ],
)
def test_another_algorithm_is_rejected_before_any_key_is_fetched(
    sign: Callable[[dict[str, Any]], str], server: KeyServer
) -> None:
    text = sign(claims())

    assert is_rejected(text)
    assert server.requests == 0

    verification.verify(token(claims()))
    assert is_rejected(text)


@pytest.mark.parametrize(
    "changes",
    [{"exp": -20}, {"iat": 20}, {"nbf": 20}],
    ids=["expired", "issued later", "not valid yet"],
)
def test_clocks_may_differ_by_half_a_minute(changes: dict[str, int]) -> None:
    now = int(time.time())
    within = {name: now + seconds for name, seconds in changes.items()}
    beyond = {name: now + 2 * seconds for name, seconds in changes.items()}

    assert verification.verify(token(claims(**within))).username == "ada"
    assert is_rejected(token(claims(**beyond)))


def test_a_tampered_payload_is_rejected() -> None:
    header, _, signature = token(claims()).split(".")
    payload = base64url(json.dumps(claims(username="eve")).encode())

    assert is_rejected(f"{header}.{payload}.{signature}")


@pytest.mark.parametrize("position", [0, 100, 255])
def test_a_tampered_signature_is_rejected(position: int) -> None:
    text, _, _ = token(claims()).rpartition(".")
    signature = bytearray(jwt.utils.base64url_decode(token(claims()).rpartition(".")[2]))
    signature[position] ^= 1

    assert is_rejected(f"{text}.{base64url(bytes(signature))}")


@pytest.mark.parametrize("signature", ["", "AA", base64url(bytes(256)), base64url(b"\xff" * 256)])
def test_a_forged_signature_is_rejected(signature: str) -> None:
    assert is_rejected(f"{signing_input(RS256, claims())}.{signature}")


def test_a_key_in_the_header_is_not_trusted(server: KeyServer) -> None:
    header = {**RS256, "jwk": {**jwk("stranger"), "kid": "first"}, "jku": server.url}

    assert is_rejected(token(claims(), header=header, signer="stranger"))
    assert is_rejected(token(claims(), header={**header, "kid": "stranger"}, signer="stranger"))


@pytest.mark.parametrize(
    "header",
    [{**RS256, "crit": ["exp"]}, {**RS256, "b64": False}, {**RS256, "b64": False, "crit": ["b64"]}],
)
def test_critical_header_extensions_are_rejected(header: dict[str, Any]) -> None:
    assert is_rejected(token(claims(), header=header))


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": ISSUER + "/"},
        {"iss": ISSUER.replace("us-east-1_Darkroom1", "us-east-1_Another00")},
        {"client_id": "stranger"},
        {"client_id": f"another-client,{CLIENT_ID}"},
        {"client_id": ""},
        {"token_use": "id"},
        {"token_use": "id", "aud": CLIENT_ID, "cognito:username": "ada"},
        {"token_use": "refresh"},
        {"aud": "https://another.example.com"},
    ],
    ids=str,
)
def test_a_token_of_another_issuer_client_or_use_is_rejected(changes: dict[str, str]) -> None:
    assert is_rejected(token(claims(**changes)))


@pytest.mark.parametrize("name", ["sub", "iss", "client_id", "token_use", "exp", "username"])
def test_a_missing_claim_is_rejected(name: str) -> None:
    assert is_rejected(token(claims(**{name: None})))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sub", ""),
        ("sub", 1),
        ("username", ""),
        ("username", ["ada"]),
        ("iss", [ISSUER]),
        ("client_id", [CLIENT_ID]),
        ("token_use", ["access"]),
        ("exp", True),
        ("exp", "soon"),
        ("exp", str(2**40)),
        ("exp", 2.0**40),
        ("exp", float("nan")),
        ("exp", float("inf")),
        ("iat", "now"),
        ("nbf", {}),
        ("cognito:groups", "admins"),
        ("cognito:groups", {"admins": 1}),
        ("cognito:groups", ["editors", 1]),
        ("cognito:groups", [["admins"]]),
    ],
)
def test_a_claim_of_another_type_is_rejected(name: str, value: object) -> None:
    assert is_rejected(token(claims(**{name: value})))


@pytest.mark.parametrize(
    "payload",
    [None, [], "text", 1, [claims()]],
    ids=["null", "empty list", "text", "number", "list of claims"],
)
def test_a_payload_that_is_not_an_object_is_rejected(payload: object) -> None:
    assert is_rejected(token(payload))


@pytest.mark.parametrize(
    "header",
    [{"alg": "RS256"}, {"alg": "RS256", "kid": None}, {"alg": "RS256", "kid": 1}],
    ids=["missing", "null", "number"],
)
def test_a_token_without_a_key_id_is_rejected_without_a_fetch(
    header: dict[str, Any], server: KeyServer
) -> None:
    assert is_rejected(token(claims(), header=header, signer="first"))
    assert server.requests == 0


def test_a_token_longer_than_8_kilobytes_is_rejected_before_parsing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start = len(token(claims(scope="")))
    longest = token(claims(scope="x" * ((8192 - start) * 3 // 4)))
    assert 8180 < len(longest) <= 8192
    assert verification.verify(longest).username == "ada"

    parsed: list[str] = []
    monkeypatch.setattr(jwt, "get_unverified_header", parsed.append)
    assert is_rejected(longest + "x" * (8193 - len(longest)))
    assert is_rejected(token(claims(scope="x" * 6500)))
    assert is_rejected("x" * 10_000_000)
    assert not parsed


@pytest.mark.parametrize(
    "new_token",
    [
        lambda: token(claims()),
        lambda: token(claims(exp=1)),
        lambda: token(claims(), kid="second"),
        lambda: with_hs256(claims()),
        lambda: token(claims(sub="")),
        lambda: token(claims()) + "x",
        lambda: "{}." + token(claims()),
        lambda: "x" * 9000,
    ],
    ids=["good", "expired", "unknown", "hs256", "no sub", "tampered", "malformed", "long"],
)
@pytest.mark.parametrize("status", [200, 500])
def test_the_log_never_contains_a_token(
    new_token: Callable[[], str], status: int, server: KeyServer, log: io.StringIO
) -> None:
    server.status = status
    logger.setLevel(logging.DEBUG)
    text = new_token()

    try:
        verification.verify(text)
    except UnauthorizedError as error:
        logger.exception("Logged by a function")
        assert error.__suppress_context__ and error.__cause__ is None
        assert "Rejected a token" in log.getvalue()
    logger.setLevel(logging.INFO)

    parts = [part for part in text.split(".") if len(part) > 8]
    assert parts
    assert not [part for part in parts if part in log.getvalue()]
