"""Behaviour that the routes of all contracts share."""

import httpx2
import pytest

from tests.support.stories import UNKNOWN_ID

V1, V2 = "/api/v1/images", "/api/v2/images"
GETS = [
    "/",
    "/health",
    *(path for base in (V1, V2) for path in (base, f"{base}/story-ids", f"{base}/{UNKNOWN_ID}")),
    f"/images/stories/{UNKNOWN_ID}/1.jpg",
    "/api/images/styles",
    "/api/images/styles/0",
]


@pytest.mark.safe
@pytest.mark.point("S-1", "X18")
def test_the_root_returns_message_docs_and_version(api: httpx2.Client) -> None:
    assert api.get("/").json() == {
        "message": "Welcome to Shared Gallery API",
        "docs": "/docs",
        "version": "1.0.0",
    }


@pytest.mark.safe
@pytest.mark.point("S-2")
def test_the_health_check_returns_healthy(api: httpx2.Client) -> None:
    assert api.get("/health").json() == {"status": "healthy"}


@pytest.mark.safe
@pytest.mark.point("X1")
@pytest.mark.variants("method")
@pytest.mark.parametrize("method", ["DELETE", "GET", "PATCH", "POST", "PUT"])
@pytest.mark.parametrize("path", ["/nowhere", "/api", "/api/v3/images", "/a/b/c", "/%2e%2e%2f"])
def test_an_unknown_path_returns_404(api: httpx2.Client, method: str, path: str) -> None:
    response = api.request(method, path)

    assert (response.status_code, response.json()) == (404, {"detail": "Not Found"})


@pytest.mark.safe
@pytest.mark.point("X1")
@pytest.mark.parametrize("path", ["/", "/health", V1, V2, f"{V2}/story-ids", f"{V2}/upload"])
def test_a_wrong_method_returns_405(api: httpx2.Client, path: str) -> None:
    response = api.patch(path)

    assert (response.status_code, response.json()) == (405, {"detail": "Method Not Allowed"})
    assert response.headers["Allow"]


@pytest.mark.safe
@pytest.mark.point("X3", "V2-3")
@pytest.mark.parametrize("path", GETS[1:])
def test_a_trailing_slash_makes_no_difference(api: httpx2.Client, path: str) -> None:
    plain, slashed = api.get(path), api.get(f"{path}/")

    assert (plain.status_code, plain.content) == (slashed.status_code, slashed.content)


@pytest.mark.safe
@pytest.mark.point("X20")
@pytest.mark.parametrize("path", GETS)
def test_head_returns_the_status_of_get_without_a_body(api: httpx2.Client, path: str) -> None:
    get, head = api.get(path), api.head(path)

    assert head.status_code == get.status_code
    assert head.headers["Content-Type"] == get.headers["Content-Type"]
    assert head.content == b""


@pytest.mark.safe
@pytest.mark.point("X19", "X22")
@pytest.mark.parametrize("path", [*GETS, "/nowhere"])
def test_browsers_can_read_every_response(api: httpx2.Client, path: str) -> None:
    headers = api.get(path, headers={"Origin": "https://example.org"}).headers

    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Access-Control-Expose-Headers"] == (
        "Link, Location, Retry-After, X-Request-Id, Idempotent-Replayed"
    )
    assert headers["X-Request-Id"]


@pytest.mark.safe
@pytest.mark.point("X6")
@pytest.mark.documented
@pytest.mark.parametrize("path", [V1, V2, f"{V2}/story-ids", "/api/images/styles"])
def test_a_token_on_an_open_route_is_ignored(api: httpx2.Client, path: str) -> None:
    assert api.get(path, headers={"Authorization": "Bearer nonsense"}).status_code == 200
