"""A token is believed when the pool signed it, for us, and not too long ago; nothing else is."""

import hmac
import io
import json
import logging
import time
from collections.abc import Callable, Iterator
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from tests.support.tokens import (
    CLIENT_ID,
    ISSUER,
    KeyServer,
    claims,
    encoded,
    jwk,
    jwks,
    key,
    token,
    trust,
    unsigned,
)

# isort: split
from darkroom.errors import UnauthorizedError
from darkroom.observability.log import logger
from darkroom.tokens import signing_keys, verification

RS256 = {"alg": "RS256", "kid": "first"}
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@pytest.fixture(autouse=True)
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[KeyServer]:
    with KeyServer() as server:
        trust(server, monkeypatch)
        yield server


@pytest.fixture(autouse=True)
def log(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the function writes to its log."""
    written = io.StringIO()
    handler = logger.registered_handler
    assert isinstance(handler, logging.StreamHandler)
    monkeypatch.setattr(handler, "stream", written)
    return written


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets the process grow older at once; it is as young as one of Lambda's can be."""
    now = 0.0

    def wait(seconds: float) -> None:
        nonlocal now
        now += seconds

    monkeypatch.setattr(signing_keys, "monotonic", lambda: now)
    return wait


def refused(text: str) -> bool:
    with pytest.raises(UnauthorizedError, match=r"^Could not validate credentials$"):
        verification.verify(text)
    return True


def test_a_token_tells_who_its_bearer_is() -> None:
    content = claims(**{"cognito:groups": ["editors", "admins"]})

    assert verification.verify(token(content)) == verification.Claims(
        sub=content["sub"],
        username="ada",
        groups=("editors", "admins"),
        expires_at=content["exp"],
    )


def test_who_is_in_no_group_has_no_groups() -> None:
    assert verification.verify(token(claims())).groups == ()


def test_every_client_of_the_setting_is_ours() -> None:
    assert verification.verify(token(claims(client_id="another-client"))).username == "ada"


def as_none(content: dict[str, Any]) -> str:
    return unsigned({"alg": "none", "kid": "first"}, content) + "."


def as_hs256(content: dict[str, Any]) -> str:
    """With the public key, which everyone has, as the secret."""
    pem = key("first").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    text = unsigned({"alg": "HS256", "kid": "first"}, content)
    return f"{text}.{encoded(hmac.digest(pem, text.encode(), 'sha256'))}"


def as_es256(content: dict[str, Any]) -> str:
    curve = ec.generate_private_key(ec.SECP256R1())
    return jwt.encode(content, curve, "ES256", {"kid": "first"})


def as_if_es256(content: dict[str, Any]) -> str:
    return token(content, header={"alg": "ES256", "kid": "first"})


def as_nothing(content: dict[str, Any]) -> str:
    return token(content, header={"kid": "first"})


def as_list(content: dict[str, Any]) -> str:
    return token(content, header={"alg": ["RS256"], "kid": "first"})


def as_lower_case(content: dict[str, Any]) -> str:
    return token(content, header={"alg": "rs256", "kid": "first"})


@pytest.mark.parametrize(
    "sign", [as_none, as_hs256, as_es256, as_if_es256, as_nothing, as_list, as_lower_case]
)
def test_another_algorithm_is_refused_before_any_key_is_looked_up(
    sign: Callable[[dict[str, Any]], str], server: KeyServer
) -> None:
    text = sign(claims())

    assert refused(text)
    assert server.requests == 0

    verification.verify(token(claims()))
    assert refused(text)


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
    assert refused(token(claims(**beyond)))


def test_a_tampered_payload_is_refused() -> None:
    header, _, signature = token(claims()).split(".")
    payload = encoded(json.dumps(claims(username="eve")).encode())

    assert refused(f"{header}.{payload}.{signature}")


@pytest.mark.parametrize("position", [0, 100, 255])
def test_a_tampered_signature_is_refused(position: int) -> None:
    text, _, _ = token(claims()).rpartition(".")
    signature = bytearray(jwt.utils.base64url_decode(token(claims()).rpartition(".")[2]))
    signature[position] ^= 1

    assert refused(f"{text}.{encoded(bytes(signature))}")


@pytest.mark.parametrize("signature", ["", "AA", encoded(bytes(256)), encoded(b"\xff" * 256)])
def test_a_made_up_signature_is_refused(signature: str) -> None:
    assert refused(f"{unsigned(RS256, claims())}.{signature}")


def test_a_token_does_not_bring_its_own_key(server: KeyServer) -> None:
    header = {**RS256, "jwk": {**jwk("stranger"), "kid": "first"}, "jku": server.url}

    assert refused(token(claims(), header=header, signer="stranger"))
    assert refused(token(claims(), header={**header, "kid": "stranger"}, signer="stranger"))


@pytest.mark.parametrize(
    "header",
    [{**RS256, "crit": ["exp"]}, {**RS256, "b64": False}, {**RS256, "b64": False, "crit": ["b64"]}],
)
def test_an_extension_that_must_be_understood_is_refused(header: dict[str, Any]) -> None:
    assert refused(token(claims(), header=header))


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
def test_a_token_for_something_else_is_refused(changes: dict[str, str]) -> None:
    assert refused(token(claims(**changes)))


@pytest.mark.parametrize("name", ["sub", "iss", "client_id", "token_use", "exp", "username"])
def test_a_missing_claim_is_refused(name: str) -> None:
    assert refused(token(claims(**{name: None})))


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
def test_a_claim_of_another_type_is_refused(name: str, value: object) -> None:
    assert refused(token(claims(**{name: value})))


@pytest.mark.parametrize(
    "payload",
    [None, [], "text", 1, [claims()]],
    ids=["null", "empty list", "text", "number", "list of claims"],
)
def test_a_payload_that_is_no_object_is_refused(payload: object) -> None:
    assert refused(token(payload))


@pytest.mark.parametrize(
    "header",
    [{"alg": "RS256"}, {"alg": "RS256", "kid": None}, {"alg": "RS256", "kid": 1}],
    ids=["missing", "null", "number"],
)
def test_a_token_that_names_no_key_is_refused_without_a_fetch(
    header: dict[str, Any], server: KeyServer
) -> None:
    assert refused(token(claims(), header=header, signer="first"))
    assert server.requests == 0


def test_a_token_longer_than_eight_kilobytes_is_refused_unparsed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start = len(token(claims(scope="")))
    longest = token(claims(scope="x" * ((8192 - start) * 3 // 4)))
    assert 8180 < len(longest) <= 8192
    assert verification.verify(longest).username == "ada"

    parsed: list[str] = []
    monkeypatch.setattr(jwt, "get_unverified_header", parsed.append)
    assert refused(longest + "x" * (8193 - len(longest)))
    assert refused(token(claims(scope="x" * 6500)))
    assert refused("x" * 10_000_000)
    assert not parsed


@given(st.text(max_size=200))
def test_no_text_is_anything_but_refused(text: str) -> None:
    assert refused(text)


@given(st.text("ab.=-_ \ud800é\0", max_size=40))
def test_nothing_that_resembles_a_token_is_anything_but_refused(text: str) -> None:
    assert refused(text)


@given(ANY_JSON, ANY_JSON, st.binary(max_size=260))
def test_no_unsigned_json_is_anything_but_refused(
    header: object, payload: object, signature: bytes
) -> None:
    assert refused(f"{unsigned(header, payload)}.{encoded(signature)}")


@given(st.sampled_from(["typ", "kid", "crit", "b64", "cty", "alg"]), ANY_JSON)
def test_no_header_makes_verification_fail_otherwise(name: str, value: object) -> None:
    try:
        verification.verify(token(claims(), header={**RS256, name: value}, signer="first"))
    except UnauthorizedError:
        return
    assert name in ("typ", "crit", "b64", "cty")


@given(st.sampled_from([*claims(), "cognito:groups", "nbf", "aud"]), ANY_JSON)
def test_no_claim_makes_verification_fail_otherwise(name: str, value: object) -> None:
    try:
        told = verification.verify(token({**claims(), name: value}))
    except UnauthorizedError:
        return
    assert told.sub and told.username and type(told.expires_at) is int
    assert all(isinstance(group, str) for group in told.groups)


def test_a_known_key_is_fetched_once(server: KeyServer, clock: Callable[[float], None]) -> None:
    for _ in range(5):
        verification.verify(token(claims()))
        clock(1000)

    assert server.requests == 1


def test_a_flood_of_unknown_keys_makes_one_fetch(
    server: KeyServer, clock: Callable[[float], None]
) -> None:
    for number in range(50):
        assert refused(token(claims(), kid=f"unknown{number}", signer="stranger"))

    assert server.requests == 1
    assert verification.verify(token(claims())).username == "ada"
    assert server.requests == 1


def test_a_rotated_key_is_found_after_ten_seconds(
    server: KeyServer, clock: Callable[[float], None]
) -> None:
    verification.verify(token(claims()))
    server.document = jwks("first", "second")

    clock(9.9)
    assert refused(token(claims(), kid="second"))
    clock(0.1)
    assert verification.verify(token(claims(), kid="second")).username == "ada"
    assert verification.verify(token(claims(), kid="first")).username == "ada"
    assert server.requests == 2


def test_a_withdrawn_key_is_forgotten_with_the_next_fetch(
    server: KeyServer, clock: Callable[[float], None]
) -> None:
    verification.verify(token(claims()))
    server.document = jwks("second")
    clock(10)

    assert verification.verify(token(claims(), kid="second")).username == "ada"
    assert refused(token(claims(), kid="first"))


def http_error(server: KeyServer) -> None:
    server.status = 500


def redirect(server: KeyServer) -> None:
    server.status = 302


def hang_up(server: KeyServer) -> None:
    server.hang_ups = 1000


def garbage(server: KeyServer) -> None:
    server.document = b"\xff\x00<html>"


def huge(server: KeyServer) -> None:
    server.document = json.dumps({"keys": [jwk("first", x="x" * 100_000)]}).encode()


def empty(server: KeyServer) -> None:
    server.document = b""


def no_keys(server: KeyServer) -> None:
    server.document = b'{"keys": []}'


def keys_as_map(server: KeyServer) -> None:
    server.document = b'{"keys": {"first": 1}}'


def nested(server: KeyServer) -> None:
    server.document = b"[" * 60_000


FAULTS = [
    http_error,
    redirect,
    hang_up,
    garbage,
    huge,
    empty,
    no_keys,
    keys_as_map,
    nested,
]
Fault = Callable[[KeyServer], None]


@pytest.mark.parametrize("fail", FAULTS)
def test_without_keys_every_token_is_refused_and_the_log_tells_why(
    fail: Fault, server: KeyServer, clock: Callable[[float], None], log: io.StringIO
) -> None:
    fail(server)

    assert refused(token(claims()))
    assert "Cannot fetch the signing keys" in log.getvalue()


@pytest.mark.parametrize("fail", FAULTS)
def test_known_keys_go_on_while_others_cannot_be_fetched(
    fail: Fault, server: KeyServer, clock: Callable[[float], None]
) -> None:
    verification.verify(token(claims()))
    fail(server)
    clock(10)

    assert refused(token(claims(), kid="second"))
    requests = server.requests
    assert refused(token(claims(), kid="third", signer="second"))
    assert verification.verify(token(claims())).username == "ada"
    assert server.requests == requests


def test_a_failed_fetch_is_repeated_after_ten_seconds(
    server: KeyServer, clock: Callable[[float], None]
) -> None:
    server.status = 503
    assert refused(token(claims()))
    server.status = 200

    clock(9.9)
    assert refused(token(claims()))
    assert server.requests == 1
    clock(0.1)
    assert verification.verify(token(claims())).username == "ada"


def test_a_broken_connection_is_tried_again_at_once(server: KeyServer) -> None:
    server.hang_ups = 1

    assert verification.verify(token(claims())).username == "ada"
    assert server.requests == 2


def test_a_bad_answer_is_not_tried_again(server: KeyServer) -> None:
    server.status = 500

    assert refused(token(claims()))
    assert server.requests == 1


def test_no_server_is_no_token(server: KeyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing_keys, "JWKS_URL", "http://127.0.0.1:9/jwks.json")

    assert refused(token(claims()))


def test_a_slow_server_is_not_waited_for(
    server: KeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing_keys, "FETCH_SECONDS", 0.1)
    server.delay = 1.0
    started = time.monotonic()

    assert refused(token(claims()))
    assert time.monotonic() - started < 0.8
    assert server.requests <= 2


@pytest.mark.parametrize(
    "changes",
    [{"use": "enc"}, {"kty": "EC"}, {"kty": "oct"}, {"alg": "RS512"}, {"n": ""}, {"e": 1}],
    ids=str,
)
def test_only_rsa_keys_for_signatures_are_taken(changes: dict[str, Any], server: KeyServer) -> None:
    unusable = jwk("second", **changes)
    server.document = json.dumps({"keys": [unusable, None, jwk("first")]}).encode()

    assert verification.verify(token(claims())).username == "ada"
    assert refused(token(claims(), kid="second"))


def test_a_key_need_not_say_what_it_is_for(server: KeyServer) -> None:
    key = {name: value for name, value in jwk("first").items() if name not in ("use", "alg")}
    server.document = json.dumps({"keys": [key]}).encode()

    assert verification.verify(token(claims())).username == "ada"


@pytest.mark.parametrize(
    "make",
    [
        lambda: token(claims()),
        lambda: token(claims(exp=1)),
        lambda: token(claims(), kid="second"),
        lambda: as_hs256(claims()),
        lambda: token(claims(sub="")),
        lambda: token(claims()) + "x",
        lambda: "{}." + token(claims()),
        lambda: "x" * 9000,
    ],
    ids=["good", "expired", "unknown", "hs256", "no sub", "tampered", "malformed", "long"],
)
@pytest.mark.parametrize("status", [200, 500])
def test_the_log_never_shows_a_token(
    make: Callable[[], str], status: int, server: KeyServer, log: io.StringIO
) -> None:
    server.status = status
    logger.setLevel(logging.DEBUG)
    text = make()

    try:
        verification.verify(text)
    except UnauthorizedError as error:
        logger.exception("As a function may log it")
        assert error.__suppress_context__ and error.__cause__ is None
        assert "Rejected a token" in log.getvalue()
    logger.setLevel(logging.INFO)

    parts = [part for part in text.split(".") if len(part) > 8]
    assert parts
    assert not [part for part in parts if part in log.getvalue()]
