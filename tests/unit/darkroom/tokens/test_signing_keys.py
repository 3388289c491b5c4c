"""Signing keys are fetched rarely, and a failed fetch rejects only tokens of unknown keys."""

import io
import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.tokens import KeyServer, claims, jwk, jwks, token

# isort: split
from darkroom.tokens import signing_keys, verification
from tests.unit.darkroom.tokens.conftest import is_rejected


def test_a_known_key_is_fetched_once(
    server: KeyServer, advance_clock: Callable[[float], None]
) -> None:
    for _ in range(5):
        verification.verify(token(claims()))
        advance_clock(1000)

    assert server.requests == 1


def test_many_unknown_keys_cause_one_fetch(
    server: KeyServer, advance_clock: Callable[[float], None]
) -> None:
    for number in range(50):
        assert is_rejected(token(claims(), kid=f"unknown{number}", signer="stranger"))

    assert server.requests == 1
    assert verification.verify(token(claims())).username == "ada"
    assert server.requests == 1


def test_a_new_key_is_fetched_after_ten_seconds(
    server: KeyServer, advance_clock: Callable[[float], None]
) -> None:
    verification.verify(token(claims()))
    server.document = jwks("first", "second")

    advance_clock(9.9)
    assert is_rejected(token(claims(), kid="second"))
    advance_clock(0.1)
    assert verification.verify(token(claims(), kid="second")).username == "ada"
    assert verification.verify(token(claims(), kid="first")).username == "ada"
    assert server.requests == 2


def test_a_removed_key_is_rejected_after_the_next_fetch(
    server: KeyServer, advance_clock: Callable[[float], None]
) -> None:
    verification.verify(token(claims()))
    server.document = jwks("second")
    advance_clock(10)

    assert verification.verify(token(claims(), kid="second")).username == "ada"
    assert is_rejected(token(claims(), kid="first"))


def http_error(server: KeyServer) -> None:
    server.status = 500


def redirect(server: KeyServer) -> None:
    server.status = 302


def close_connections(server: KeyServer) -> None:
    server.dropped_connections = 1000


def not_json(server: KeyServer) -> None:
    server.document = b"\xff\x00<html>"


def too_large(server: KeyServer) -> None:
    server.document = json.dumps({"keys": [jwk("first", x="x" * 100_000)]}).encode()


def empty(server: KeyServer) -> None:
    server.document = b""


def no_keys(server: KeyServer) -> None:
    server.document = b'{"keys": []}'


def keys_as_map(server: KeyServer) -> None:
    server.document = b'{"keys": {"first": 1}}'


def deeply_nested(server: KeyServer) -> None:
    server.document = b"[" * 60_000


FAULTS = [
    http_error,
    redirect,
    close_connections,
    not_json,
    too_large,
    empty,
    no_keys,
    keys_as_map,
    deeply_nested,
]
Fault = Callable[[KeyServer], None]


@pytest.mark.parametrize("inject_fault", FAULTS)
def test_without_keys_every_token_is_rejected_and_the_cause_is_logged(
    inject_fault: Fault, server: KeyServer, advance_clock: Callable[[float], None], log: io.StringIO
) -> None:
    inject_fault(server)

    assert is_rejected(token(claims()))
    assert "Cannot fetch the signing keys" in log.getvalue()


@pytest.mark.parametrize("inject_fault", FAULTS)
def test_known_keys_remain_valid_while_fetches_fail(
    inject_fault: Fault, server: KeyServer, advance_clock: Callable[[float], None]
) -> None:
    verification.verify(token(claims()))
    inject_fault(server)
    advance_clock(10)

    assert is_rejected(token(claims(), kid="second"))
    requests = server.requests
    assert is_rejected(token(claims(), kid="third", signer="second"))
    assert verification.verify(token(claims())).username == "ada"
    assert server.requests == requests


def test_a_failed_fetch_is_repeated_after_ten_seconds(
    server: KeyServer, advance_clock: Callable[[float], None]
) -> None:
    server.status = 503
    assert is_rejected(token(claims()))
    server.status = 200

    advance_clock(9.9)
    assert is_rejected(token(claims()))
    assert server.requests == 1
    advance_clock(0.1)
    assert verification.verify(token(claims())).username == "ada"


def test_a_closed_connection_is_retried_immediately(server: KeyServer) -> None:
    server.dropped_connections = 1

    assert verification.verify(token(claims())).username == "ada"
    assert server.requests == 2


def test_an_error_status_is_not_retried(server: KeyServer) -> None:
    server.status = 500

    assert is_rejected(token(claims()))
    assert server.requests == 1


def test_an_unreachable_key_server_rejects_every_token(
    server: KeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing_keys, "JWKS_URL", "http://127.0.0.1:9/jwks.json")

    assert is_rejected(token(claims()))


def test_a_slow_key_server_times_out(server: KeyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing_keys, "FETCH_SECONDS", 0.1)
    server.delay = 1.0
    started = time.monotonic()

    assert is_rejected(token(claims()))
    assert time.monotonic() - started < 0.8
    assert server.requests <= 2


@pytest.mark.parametrize(
    "changes",
    [{"use": "enc"}, {"kty": "EC"}, {"kty": "oct"}, {"alg": "RS512"}, {"n": ""}, {"e": 1}],
    ids=str,
)
def test_only_rsa_signature_keys_are_used(changes: dict[str, Any], server: KeyServer) -> None:
    unusable = jwk("second", **changes)
    server.document = json.dumps({"keys": [unusable, None, jwk("first")]}).encode()

    assert verification.verify(token(claims())).username == "ada"
    assert is_rejected(token(claims(), kid="second"))


def test_the_use_and_algorithm_of_a_key_are_optional(server: KeyServer) -> None:
    key = {name: value for name, value in jwk("first").items() if name not in ("use", "alg")}
    server.document = json.dumps({"keys": [key]}).encode()

    assert verification.verify(token(claims())).username == "ada"
