"""Text that UTF-8 cannot represent is invalid input in every group."""

import json
from typing import Any

import httpx2
import pytest

from tests.support.gallery import User, new_name, registration_body

JSON = {"Content-Type": "application/json"}
LONE = r"\ud83d"  # half of a surrogate pair, escaped
ANNOUNCED = {"name": "a.jpg", "content_type": "image/jpeg", "size": 9}

OPEN_CASES: dict[str, tuple[str, dict[str, Any], int]] = {
    "username": ("/auth/register", registration_body(new_name()) | {"username": LONE}, 422),
    "password": (
        "/auth/register",
        registration_body(new_name()) | {"password": f"a{LONE}bcde"},
        422,
    ),
    "file of a story v1": ("/api/v1/images/uploads", {"files": [ANNOUNCED | {"name": LONE}]}, 400),
    "file of a story v2": ("/api/v2/images/uploads", {"files": [ANNOUNCED | {"name": LONE}]}, 400),
    "name of a style": ("/api/images/styles", {"name": LONE, "prompt_template": "x"}, 400),
    "value of a setting": ("/api/images/settings", {"name": "x", "value": f"a{LONE}b"}, 400),
    "prompt": ("/api/images/generate", {"prompt": LONE}, 400),
    "unknown key": ("/api/images/generate", {"prompt": "a ship", LONE: 1}, 400),
}
PROTECTED_CASES: dict[str, tuple[str, dict[str, Any], int]] = {
    "recipient": ("/sharing/share/1", {"shared_with_username": LONE}, 422),
    "caption": ("/images/uploads", {"caption": LONE, "files": [ANNOUNCED]}, 422),
    "publication": ("/api/v1/publications", {"publicationId": LONE}, 400),
}


def encode(body: dict[str, Any]) -> str:
    return json.dumps(body).replace("\\\\u", "\\u")


@pytest.mark.point("N3")
@pytest.mark.parametrize(("path", "body", "status"), OPEN_CASES.values(), ids=OPEN_CASES)
@pytest.mark.parametrize("has_key", [False, True], ids=["plain", "with a key"])
def test_a_lone_surrogate_is_rejected(
    api: httpx2.Client, path: str, body: dict[str, Any], status: int, has_key: bool
) -> None:
    headers = JSON | ({"Idempotency-Key": new_name()} if has_key else {})

    assert api.post(path, content=encode(body), headers=headers).status_code == status


@pytest.mark.point("N3")
@pytest.mark.parametrize(("path", "body", "status"), PROTECTED_CASES.values(), ids=PROTECTED_CASES)
def test_a_lone_surrogate_of_a_user_is_rejected(
    john: User, path: str, body: dict[str, Any], status: int
) -> None:
    response = john.request("POST", path, content=encode(body), headers=JSON)

    assert response.status_code == status


@pytest.mark.point("N3", "G3")
def test_the_error_of_a_lone_surrogate_names_the_field(api: httpx2.Client) -> None:
    response = api.post("/api/images/generate", content=encode({"prompt": LONE}), headers=JSON)

    assert response.json()["details"]["error"].startswith("prompt: ")


@pytest.mark.point("N3")
def test_a_surrogate_pair_is_text(api: httpx2.Client) -> None:
    body = r'{"name": "\ud83d\ude80", "prompt_template": "rocket"}'
    created = api.post("/api/images/styles", content=body, headers=JSON)

    assert created.json()["name"] == "\N{ROCKET}"
    api.delete(f"/api/images/styles/{created.json()['id']}")
