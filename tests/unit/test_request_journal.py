"""A safe test cannot send irreversible requests, and has to undo all other changes."""

from collections.abc import Iterator

import httpx2
import pytest

from tests.support.request_journal import JOURNAL, attach_journal


def respond(request: httpx2.Request) -> httpx2.Response:
    """Like the API: an upload creates a story, every other request succeeds."""
    if request.method == "POST":
        return httpx2.Response(200, json={"story_id": "abc"})
    return httpx2.Response(200, json=[])


@pytest.fixture
def api() -> Iterator[httpx2.Client]:
    transport = httpx2.MockTransport(respond)
    with attach_journal(httpx2.Client(base_url="https://host/live", transport=transport)) as client:
        JOURNAL.begin(is_safe_test=True)
        yield client
        JOURNAL.begin(is_safe_test=False)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "/api/v1/images"),
        ("DELETE", "/api/v2/images/"),
        ("POST", "/api/images/settings"),
        ("PUT", "/api/images/styles/1"),
        ("DELETE", "/api/images/formats/1"),
        ("POST", "/api/images/prompt_examples/"),
        ("POST", "/api/images/comfyui/start"),
    ],
)
def test_irreversible_requests_are_not_sent(api: httpx2.Client, method: str, path: str) -> None:
    with pytest.raises(AssertionError, match="may not"):
        api.request(method, path)

    assert JOURNAL.responses == []


def test_other_tests_may_send_any_request(api: httpx2.Client) -> None:
    JOURNAL.begin(is_safe_test=False)

    assert api.delete("/api/v1/images").status_code == 200


def test_a_deleted_story_is_not_left_behind(api: httpx2.Client) -> None:
    api.post("/api/v1/images/upload")
    api.get("/api/v1/images/abc")
    api.delete("/api/v1/images/ABC/")

    assert JOURNAL.left_behind() == set()


def test_a_story_that_is_not_deleted_is_left_behind(api: httpx2.Client) -> None:
    api.post("/api/v1/images/upload")

    assert JOURNAL.left_behind() == {"abc"}


def test_a_deleted_story_of_another_test_is_reported(api: httpx2.Client) -> None:
    api.delete("/api/v1/images/xyz")

    assert JOURNAL.left_behind() == {"xyz"}


def test_a_change_without_an_id_is_reported_by_its_path(api: httpx2.Client) -> None:
    JOURNAL.begin(is_safe_test=False)
    transport = httpx2.MockTransport(lambda request: httpx2.Response(200, json={}))
    with attach_journal(httpx2.Client(base_url="https://host", transport=transport)) as client:
        client.post("/api/images/generate")

    assert JOURNAL.left_behind() == {"by /api/images/generate"}
