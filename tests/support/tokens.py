"""Tokens as a Cognito user pool signs them, and an HTTP server with the pool's keys.

Import this module before `darkroom.tokens`, which reads its settings from the environment.
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
def private_key(kid: str) -> rsa.RSAPrivateKey:
    """The key with the id. It is cached, since generation takes long."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def jwk(kid: str, **changes: Any) -> dict[str, Any]:
    """The public key in the JWKS of a pool."""
    public = RSAAlgorithm.to_jwk(private_key(kid).public_key(), as_dict=True)
    published = {"n": public["n"], "e": public["e"], "kty": "RSA"}
    return {**published, "kid": kid, "alg": "RS256", "use": "sig", **changes}


def jwks(*kids: str) -> bytes:
    return json.dumps({"keys": [jwk(kid) for kid in kids]}).encode()


def claims(**changes: Any) -> dict[str, Any]:
    """The claims of an access token of a user without groups; None removes a claim."""
    now = int(time.time())
    defaults = {
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
    return {name: value for name, value in {**defaults, **changes}.items() if value is not None}


def token(payload: Any, kid: str = "first", header: Any = None, signer: str | None = None) -> str:
    """The payload, signed by the key `signer`; the header may name another key or algorithm."""
    content = signing_input(header or {"kid": kid, "alg": "RS256"}, payload)
    signature = private_key(signer or kid).sign(content.encode(), padding.PKCS1v15(), SHA256())
    return f"{content}.{base64url(signature)}"


def signing_input(header: Any, payload: Any) -> str:
    return ".".join(base64url(json.dumps(part).encode()) for part in (header, payload))


def base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


class KeyServer(ThreadingHTTPServer):
    """Publishes keys and counts requests; tests set its delays and faults."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.document = jwks("first")
        self.status = 200
        self.delay = 0.0
        self.dropped_connections = 0  # requests to close without a response
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
        if self.server.dropped_connections:
            self.server.dropped_connections -= 1
            self.close_connection = True
            return
        with suppress(ConnectionError):  # the client may have timed out
            self.send_response(self.server.status)
            self.send_header("Location", self.server.url)
            self.end_headers()
            self.wfile.write(self.server.document)

    def log_message(self, *_: object) -> None:
        """Keep requests out of the output of the tests."""


def use_key_server(server: KeyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make `darkroom.tokens` drop its cached keys and read keys from this server."""
    from darkroom.tokens import signing_keys, verification

    monkeypatch.setattr(verification, "ISSUER", ISSUER)
    monkeypatch.setattr(
        verification, "CLIENT_IDS", frozenset(SETTINGS["TOKEN_CLIENT_IDS"].split(","))
    )
    monkeypatch.setattr(signing_keys, "JWKS_URL", server.url)
    monkeypatch.setattr(verification, "signing_keys", signing_keys.SigningKeys())
