"""Caching headers: revalidation of public responses, no storage of any other."""

import pytest

from tests.unit.darkroom.example_app import call


def current_etag() -> str:
    return str(call("GET", "/things").headers["ETag"])


@pytest.mark.parametrize("names", ["{}", "W/{}", '"other", {}', '"other",W/{}', "*"])
def test_a_matching_etag_returns_304(names: str) -> None:
    response = call("GET", "/things", headers={"If-None-Match": names.format(current_etag())})

    assert (response.status_code, response.content) == (304, b"")
    assert response.headers["ETag"] == current_etag()
    assert response.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("names", ['"other"', "", "nonsense"])
def test_another_etag_returns_the_body(names: str) -> None:
    assert call("GET", "/things", headers={"If-None-Match": names}).status_code == 200


def test_another_body_has_another_etag() -> None:
    assert call("GET", "/things?limit=2").headers["ETag"] != current_etag()


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/things/bug", {}),
        ("GET", "/things?limit=x", {}),
        ("POST", "/things/cacheable", {}),
        ("GET", "/things", {"Authorization": "Bearer any"}),
    ],
    ids=["bug", "invalid request", "POST", "with token"],
)
def test_other_responses_must_not_be_stored(
    method: str, path: str, headers: dict[str, str]
) -> None:
    response = call(method, path, headers=headers | {"If-None-Match": "*"})

    assert response.status_code != 304
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer any"}])
def test_the_cache_control_of_a_route_is_preserved(headers: dict[str, str]) -> None:
    response = call("GET", "/things/cacheable", headers=headers)

    assert response.headers["Cache-Control"] == "public, max-age=60"
    assert response.headers["ETag"]
