"""Tokens as a Cognito user pool signs them, and the pool's keys on a real HTTP server.

Import this before `darkroom.tokens`: it provides the settings that are read there.
"""

import base64
import json
import os
import threading
import time
from contextlib import suppress
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from jwt.algorithms import RSAAlgorithm

ISSUER = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Darkroom1"
CLIENT_ID = "4qhmr3ng0c4kq8a7e6f5d2b1c0"
SETTINGS = {
    "TOKEN_ISSUER": ISSUER,
    "TOKEN_JWKS_URL": f"{ISSUER}/.well-known/jwks.json",
    "TOKEN_CLIENT_IDS": f"another-client,{CLIENT_ID}",
}

for name, value in SETTINGS.items():
    os.environ.setdefault(name, value)


@cache
def key(kid: str) -> rsa.RSAPrivateKey:
    """The key of that id: made once, as keys take long to make."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def jwk(kid: str, **changes: Any) -> dict[str, Any]:
    """The public half of a key, as a pool publishes it."""
    public = RSAAlgorithm.to_jwk(key(kid).public_key(), as_dict=True)
    published = {"n": public["n"], "e": public["e"], "kty": "RSA"}
    return {**published, "kid": kid, "alg": "RS256", "use": "sig", **changes}


def jwks(*kids: str) -> bytes:
    return json.dumps({"keys": [jwk(kid) for kid in kids]}).encode()


def claims(**changes: Any) -> dict[str, Any]:
    """What an access token of a user without groups says; None takes a claim away."""
    now = int(time.time())
    usual = {
        "sub": "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
        "iss": ISSUER,
        "client_id": CLIENT_ID,
        "origin_jti": "11111111-2222-4333-8444-555555555555",
        "event_id": "66666666-7777-4888-8999-000000000000",
        "token_use": "access",
        "scope": "aws.cognito.signin.user.admin",
        "auth_time": now,
        "exp": now + 3600,
        "iat": now,
        "jti": "99999999-aaaa-4bbb-8ccc-dddddddddddd",
        "username": "ada",
    }
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}


def token(payload: Any, kid: str = "first", header: Any = None, signer: str | None = None) -> str:
    """The payload signed by a key, under a header that need not be true."""
    content = unsigned(header or {"kid": kid, "alg": "RS256"}, payload)
    signature = key(signer or kid).sign(content.encode(), padding.PKCS1v15(), SHA256())
    return f"{content}.{encoded(signature)}"


def unsigned(header: Any, payload: Any) -> str:
    return ".".join(encoded(json.dumps(part).encode()) for part in (header, payload))


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


class KeyServer(ThreadingHTTPServer):
    """Publishes keys, counts who asks for them, and fails as told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.document = jwks("first")
        self.status = 200
        self.delay = 0.0
        self.hang_ups = 0  # connections yet to be closed without an answer
        self.requests = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/.well-known/jwks.json"

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    server: KeyServer

    def do_GET(self) -> None:
        self.server.requests += 1
        time.sleep(self.server.delay)
        if self.server.hang_ups:
            self.server.hang_ups -= 1
            self.close_connection = True
            return
        with suppress(ConnectionError):  # who asked need not wait
            self.send_response(self.server.status)
            self.send_header("Location", self.server.url)
            self.end_headers()
            self.wfile.write(self.server.document)

    def log_message(self, *_: object) -> None:
        """Tests' output is for tests."""


def trust(server: KeyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `darkroom.tokens` forget all keys and ask this server for new ones."""
    from darkroom.tokens import signing_keys, verification

    monkeypatch.setattr(verification, "ISSUER", ISSUER)
    monkeypatch.setattr(
        verification, "CLIENT_IDS", frozenset(SETTINGS["TOKEN_CLIENT_IDS"].split(","))
    )
    monkeypatch.setattr(signing_keys, "JWKS_URL", server.url)
    monkeypatch.setattr(verification, "signing_keys", signing_keys.SigningKeys())
