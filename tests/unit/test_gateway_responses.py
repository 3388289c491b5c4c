"""The gateway's own responses have the keys of every contract and the headers for browsers."""

import json
from typing import Any

import pytest

from ops import template

RESPONSES: dict[str, dict[str, Any]] = template.template()["Resources"]["Api"]["Properties"][
    "GatewayResponses"
]
STATUSES = {
    "UNAUTHORIZED": 401,
    "ACCESS_DENIED": 403,
    "MISSING_AUTHENTICATION_TOKEN": 404,
    "RESOURCE_NOT_FOUND": 404,
    "REQUEST_TOO_LARGE": 413,
    "THROTTLED": 429,
    "QUOTA_EXCEEDED": 429,
    "DEFAULT_4XX": None,
    "DEFAULT_5XX": None,
}
GOLDEN = template.ROOT / "tests" / "unit" / "golden"


def body(kind: str) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(RESPONSES[kind]["ResponseTemplates"]["application/json"])
    return parsed


def test_every_response_has_its_status() -> None:
    assert {kind: response.get("StatusCode") for kind, response in RESPONSES.items()} == STATUSES


@pytest.mark.parametrize("kind", STATUSES)
def test_the_body_equals_the_golden_file(kind: str) -> None:
    assert body(kind) == json.loads((GOLDEN / f"{kind}.json").read_text())


@pytest.mark.parametrize("kind", STATUSES)
def test_the_body_has_the_keys_of_all_contracts(kind: str) -> None:
    assert set(body(kind)) == {"detail", "error", "code", "details", "status", "message"}


@pytest.mark.parametrize("kind", STATUSES)
def test_details_are_an_object_only_for_429_and_5xx(kind: str) -> None:
    is_object = kind in ("THROTTLED", "QUOTA_EXCEEDED", "DEFAULT_5XX")

    assert isinstance(body(kind)["details"], dict if is_object else str)


@pytest.mark.parametrize("kind", STATUSES)
def test_browsers_may_read_the_response(kind: str) -> None:
    headers = RESPONSES[kind]["ResponseParameters"]["Headers"]

    assert headers["Access-Control-Allow-Origin"] == {"Fn::Sub": "'${CorsOrigin}'"}
    assert "Retry-After" in headers["Access-Control-Expose-Headers"]


def test_unauthorized_names_the_scheme() -> None:
    headers = RESPONSES["UNAUTHORIZED"]["ResponseParameters"]["Headers"]

    assert headers["WWW-Authenticate"] == "'Bearer'"
    assert body("UNAUTHORIZED")["detail"] == "Could not validate credentials"
    assert body("UNAUTHORIZED")["error"] == "No autenticado o token inválido"


@pytest.mark.parametrize("kind", ["THROTTLED", "QUOTA_EXCEEDED"])
def test_throttled_responses_have_a_retry_after_header(kind: str) -> None:
    assert RESPONSES[kind]["ResponseParameters"]["Headers"]["Retry-After"] == "'1'"
