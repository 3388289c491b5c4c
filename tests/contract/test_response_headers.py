"""What HTTP expects of every call that is documented."""

import json
import re
from typing import Any

import httpx2
import pytest

from ops.template import ROOT
from tests.conftest import Target
from tests.support.gallery import PASSWORD, Person, new_person
from tests.support.stories import UNKNOWN

DOCUMENT: dict[str, Any] = json.loads((ROOT / "functions" / "home" / "openapi.json").read_text())
# Everything would be gone for the tests that come after.
DELETE_ALL = {("DELETE", "/api/v1/images"), ("DELETE", "/api/v2/images")}


def concrete(path: str) -> str:
    """A path with an id that nothing has."""
    return re.sub(r"\{(\w+)\}", lambda name: "0" if "image_id" in path else UNKNOWN, path)


CALLS = [
    (method.upper(), concrete(path))
    for path, item in DOCUMENT["paths"].items()
    for method in item
    if (method.upper(), path) not in DELETE_ALL
]
GETS = [path for method, path in CALLS if method == "GET"]
OPEN_GETS = [
    concrete(path)
    for path, item in DOCUMENT["paths"].items()
    if "304" in item.get("get", {}).get("responses", {}) and "{" not in path
]
METHODS = {concrete(path): {m.upper() for m in item} for path, item in DOCUMENT["paths"].items()}


@pytest.fixture(scope="module")
def person(target: Target) -> Person:
    return new_person(target.api)


@pytest.mark.point("X19", "X22")
@pytest.mark.variants("method", "path")
@pytest.mark.parametrize(("method", "path"), CALLS)
def test_every_answer_may_be_read_by_browsers_and_be_asked_about(
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
def test_a_method_that_a_path_has_not_is_told_those_it_has(person: Person, path: str) -> None:
    answer = person.request("PATCH", path)

    allowed = METHODS[path] | ({"HEAD"} if "GET" in METHODS[path] else set())
    assert answer.status_code == 405
    assert answer.headers["Allow"] == ", ".join(sorted(allowed))


@pytest.mark.point("X20")
@pytest.mark.variants("path")
@pytest.mark.parametrize("path", GETS)
def test_head_answers_as_get_without_a_body(person: Person, path: str) -> None:
    get, head = person.get(path), person.request("HEAD", path)

    assert head.status_code == get.status_code
    assert head.headers.get("Content-Type") == get.headers.get("Content-Type")
    assert head.headers["Cache-Control"] == get.headers["Cache-Control"]
    assert head.content == b""


@pytest.mark.safe
@pytest.mark.documented
@pytest.mark.variants("path")
@pytest.mark.parametrize("path", OPEN_GETS)
def test_who_has_an_answer_already_does_not_get_it_again(api: httpx2.Client, path: str) -> None:
    first = api.get(path)
    again = api.get(path, headers={"If-None-Match": first.headers["ETag"]})
    head = api.head(path, headers={"If-None-Match": first.headers["ETag"]})
    other = api.get(path, headers={"If-None-Match": '"another"'})

    assert first.headers["Cache-Control"] == "no-cache"
    assert [a.status_code for a in (first, again, head, other)] == [200, 304, 304, 200]
    assert (again.content, head.content) == (b"", b"")
    assert again.headers["ETag"] == other.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.documented
def test_a_list_that_has_changed_is_sent_again(api: httpx2.Client) -> None:
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
def test_what_is_behind_a_token_is_kept_by_nobody(person: Person, path: str) -> None:
    answer = person.get(path, headers={"If-None-Match": "*"})

    assert answer.status_code in (200, 404)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers


@pytest.mark.parametrize("password", [PASSWORD, "another password"])
def test_a_login_is_kept_by_nobody(person: Person, password: str) -> None:
    form = {"username": person.username, "password": password}

    answer = person.api.post("/auth/login", data=form)

    assert answer.headers["Cache-Control"] == "no-store"


def test_a_registration_is_kept_by_nobody(api: httpx2.Client) -> None:
    assert api.post("/auth/register", json={}).headers["Cache-Control"] == "no-store"


@pytest.mark.point("X3")
@pytest.mark.variants("path")
@pytest.mark.parametrize("path", GETS)
def test_one_trailing_slash_makes_no_difference(person: Person, path: str) -> None:
    plain, slashed = person.get(path), person.get(f"{path}/")

    assert (plain.status_code, plain.content) == (slashed.status_code, slashed.content)


@pytest.mark.parametrize("path", ["/api/v1/images/a%0Ab", "/api/v2/images/%0A"])
def test_a_line_end_in_a_path_is_a_letter_as_any_other(person: Person, path: str) -> None:
    answer = person.get(path)

    assert (answer.status_code, answer.json()) == (404, {"detail": "Story not found"})
