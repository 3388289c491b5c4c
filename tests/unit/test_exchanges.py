"""A safe test can ask nothing that cannot be undone, and has to undo the rest."""

from collections.abc import Iterator

import httpx2
import pytest

from tests.support.exchanges import JOURNAL, recorded


def answer(request: httpx2.Request) -> httpx2.Response:
    """As the API might: an upload makes a story, everything else goes well."""
    if request.method == "POST":
        return httpx2.Response(200, json={"story_id": "abc"})
    return httpx2.Response(200, json=[])


@pytest.fixture
def api() -> Iterator[httpx2.Client]:
    transport = httpx2.MockTransport(answer)
    with recorded(httpx2.Client(base_url="https://host/live", transport=transport)) as client:
        JOURNAL.begin(is_guarded=True)
        yield client
        JOURNAL.begin(is_guarded=False)


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
def test_what_cannot_be_undone_is_not_sent(api: httpx2.Client, method: str, path: str) -> None:
    with pytest.raises(AssertionError, match="may not"):
        api.request(method, path)

    assert JOURNAL.answers == []


def test_other_tests_may_ask_anything(api: httpx2.Client) -> None:
    JOURNAL.begin(is_guarded=False)

    assert api.delete("/api/v1/images").status_code == 200


def test_what_is_removed_again_is_not_left_behind(api: httpx2.Client) -> None:
    api.post("/api/v1/images/upload")
    api.get("/api/v1/images/abc")
    api.delete("/api/v1/images/ABC/")

    assert JOURNAL.left_behind() == set()


def test_what_is_kept_is_left_behind(api: httpx2.Client) -> None:
    api.post("/api/v1/images/upload")

    assert JOURNAL.left_behind() == {"abc"}


def test_what_was_another_s_is_missed(api: httpx2.Client) -> None:
    api.delete("/api/v1/images/xyz")

    assert JOURNAL.left_behind() == {"xyz"}


def test_a_change_without_an_id_is_told_by_its_path(api: httpx2.Client) -> None:
    JOURNAL.begin(is_guarded=False)
    transport = httpx2.MockTransport(lambda request: httpx2.Response(200, json={}))
    with recorded(httpx2.Client(base_url="https://host", transport=transport)) as client:
        client.post("/api/images/generate")

    assert JOURNAL.left_behind() == {"by /api/images/generate"}
