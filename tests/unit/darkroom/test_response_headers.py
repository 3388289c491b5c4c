"""Headers of every response, trailing slashes, HEAD and `Allow`."""

import pytest

from tests.unit.darkroom.example_app import HANDLER, call, invoke, new_event


@pytest.mark.parametrize("path", ["/things", "/things/"])
def test_one_trailing_slash_makes_no_difference(path: str) -> None:
    assert call("GET", path).json() == {"limit": 1}


def test_head_returns_the_headers_of_get_without_a_body() -> None:
    get, head = call("GET", "/things"), call("HEAD", "/things")

    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["Content-Length"] == str(len(get.content))


def test_head_returns_404_for_an_unknown_path() -> None:
    assert call("HEAD", "/nothing").status_code == 404


def test_every_response_has_the_request_id() -> None:
    event = new_event("GET", "/things")

    response = invoke(HANDLER, event)

    assert response.headers["X-Request-Id"] == event["requestContext"]["requestId"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PATCH", "/things/cacheable", "GET, HEAD, POST"),
        ("PATCH", "/things", "GET, HEAD"),
        ("DELETE", "/things/upload", "POST"),
        ("GET", "/things/upload", "POST"),
        ("HEAD", "/things/upload", "POST"),
        ("PATCH", "/things/cacheable/", "GET, HEAD, POST"),
    ],
)
def test_405_lists_all_methods_of_the_path(method: str, path: str, allowed: str) -> None:
    response = call(method, path)

    assert (response.status_code, response.headers["Allow"]) == (405, allowed)
