"""Headers, methods and caching of every documented operation."""

import json
import re
from typing import Any

import httpx2
import pytest

from ops.template import ROOT
from tests.conftest import SystemUnderTest
from tests.support.gallery import PASSWORD, User, new_user
from tests.support.stories import UNKNOWN_ID

DOCUMENT: dict[str, Any] = json.loads((ROOT / "functions" / "home" / "openapi.json").read_text())
# These would delete the data of other tests.
DELETE_ALL = {("DELETE", "/api/v1/images"), ("DELETE", "/api/v2/images")}


def with_unknown_ids(path: str) -> str:
    """The path with ids that do not exist."""
    return re.sub(r"\{(\w+)\}", lambda _: "0" if "image_id" in path else UNKNOWN_ID, path)


OPERATIONS = [
    (method.upper(), with_unknown_ids(path))
    for path, item in DOCUMENT["paths"].items()
    for method in item
    if (method.upper(), path) not in DELETE_ALL
]
GETS = [path for method, path in OPERATIONS if method == "GET"]
OPEN_GETS = [
    with_unknown_ids(path)
    for path, item in DOCUMENT["paths"].items()
    if "304" in item.get("get", {}).get("responses", {}) and "{" not in path
]
METHODS = {
    with_unknown_ids(path): {m.upper() for m in item} for path, item in DOCUMENT["paths"].items()
}


@pytest.fixture(scope="module")
def person(system: SystemUnderTest) -> User:
    return new_user(system.api)


@pytest.mark.point("X19", "X22")
@pytest.mark.variants("method", "path")
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_browsers_can_read_every_response_and_its_request_id(
    api: httpx2.Client, method: str, path: str
) -> None:
    headers = api.request(method, path, headers={"Origin": "https://example.org"}).headers

    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Access-Control-Expose-Headers"] == (
        "Link, Location, Retry-After, X-Request-Id, Idempotent-Replayed"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Request-Id"]


@pytest.mark.point("X15")
@pytest.mark.variants("path")
@pytest.mark.parametrize("path", METHODS)
def test_an_unsupported_method_returns_the_allowed_methods(person: User, path: str) -> None:
    response = person.request("PATCH", path)

    allowed = METHODS[path] | ({"HEAD"} if "GET" in METHODS[path] else set())
    assert response.status_code == 405
    assert response.headers["Allow"] == ", ".join(sorted(allowed))


@pytest.mark.point("X20")
@pytest.mark.variants("path")
@pytest.mark.parametrize("path", GETS)
def test_head_returns_the_headers_of_get_without_a_body(person: User, path: str) -> None:
    get, head = person.get(path), person.request("HEAD", path)

    assert head.status_code == get.status_code
    assert head.headers.get("Content-Type") == get.headers.get("Content-Type")
    assert head.headers["Cache-Control"] == get.headers["Cache-Control"]
    assert head.content == b""


@pytest.mark.safe
@pytest.mark.documented
@pytest.mark.variants("path")
@pytest.mark.parametrize("path", OPEN_GETS)
def test_an_unchanged_response_returns_304(api: httpx2.Client, path: str) -> None:
    first = api.get(path)
    unchanged = api.get(path, headers={"If-None-Match": first.headers["ETag"]})
    head = api.head(path, headers={"If-None-Match": first.headers["ETag"]})
    other = api.get(path, headers={"If-None-Match": '"another"'})

    assert first.headers["Cache-Control"] == "no-cache"
    statuses = [response.status_code for response in (first, unchanged, head, other)]
    assert statuses == [200, 304, 304, 200]
    assert (unchanged.content, head.content) == (b"", b"")
    assert unchanged.headers["ETag"] == other.headers["ETag"] == first.headers["ETag"]
    assert unchanged.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.documented
def test_a_changed_list_returns_200(api: httpx2.Client) -> None:
    path = "/api/images/prompt_examples"
    before = api.get(path)

    example_id = api.post(path, json={"title": "Fog", "prompt": "a pier in fog"}).json()["id"]
    after = api.get(path, headers={"If-None-Match": before.headers["ETag"]})
    api.delete(f"{path}/{example_id}")

    assert after.status_code == 200
    assert len(after.json()) == len(before.json()) + 1


@pytest.mark.variants("path")
@pytest.mark.parametrize(
    "path",
    [
        "/images/my-images",
        "/images/public",
        "/sharing/shared-with-me",
        "/sharing/shared-by-me",
        "/images/0",
        "/api/v1/publications/unknown",
    ],
)
def test_a_response_that_requires_a_token_is_not_cached(person: User, path: str) -> None:
    response = person.get(path, headers={"If-None-Match": "*"})

    assert response.status_code in (200, 404)
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


@pytest.mark.parametrize("password", [PASSWORD, "another password"])
def test_a_login_is_not_cached(person: User, password: str) -> None:
    form = {"username": person.username, "password": password}

    response = person.api.post("/auth/login", data=form)

    assert response.headers["Cache-Control"] == "no-store"


def test_a_registration_is_not_cached(api: httpx2.Client) -> None:
    assert api.post("/auth/register", json={}).headers["Cache-Control"] == "no-store"


@pytest.mark.point("X3")
@pytest.mark.variants("path")
@pytest.mark.parametrize("path", GETS)
def test_a_trailing_slash_makes_no_difference(person: User, path: str) -> None:
    plain, slashed = person.get(path), person.get(f"{path}/")

    assert (plain.status_code, plain.content) == (slashed.status_code, slashed.content)


@pytest.mark.parametrize("path", ["/api/v1/images/a%0Ab", "/api/v2/images/%0A"])
def test_a_line_break_in_a_path_is_part_of_the_id(person: User, path: str) -> None:
    response = person.get(path)

    assert (response.status_code, response.json()) == (404, {"detail": "Story not found"})
