"""Where indexes lag, a write is done once the lists show it."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx2
import pytest

from tests.conftest import api_client
from tests.support import lag
from tests.support.lag import settle

LATE = 2  # reads that an index lags behind


class Lagging(ThreadingHTTPServer):
    """An API of one list, which shows a write to those alone who ask often enough."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.shown: list[Any] = []
        self.written: list[Any] = []
        self.reads = 0


class Handler(BaseHTTPRequestHandler):
    server: Lagging

    def do_GET(self) -> None:
        self.server.reads += 1
        if self.server.reads > LATE:
            self.server.shown = self.server.written
        self._answer(self.server.shown)

    def do_POST(self) -> None:
        self.server.written = ["7"] if "v1" in self.path else [{"image_id": 7}]
        self._answer({"story_id": "7", "image_id": 7, "visibility": "public"})

    def do_DELETE(self) -> None:
        self.server.shown, self.server.written = ["7", "8"], ["8"]
        self._answer({})

    def _answer(self, body: Any) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_: object) -> None:
        """Tests' output is for tests."""


@pytest.fixture
def server() -> Iterator[Lagging]:
    with Lagging() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def api(server: Lagging) -> Iterator[httpx2.Client]:
    url = f"http://127.0.0.1:{server.server_port}/live"
    with httpx2.Client(base_url=url, event_hooks={"response": [settle]}) as client:
        yield client


@pytest.mark.parametrize("path", ["/api/v1/images/upload", "/images/upload/"])
def test_what_was_made_is_listed(server: Lagging, api: httpx2.Client, path: str) -> None:
    api.post(path)

    assert server.shown == server.written
    assert server.reads == LATE + 1


def test_what_was_removed_is_not_listed(server: Lagging, api: httpx2.Client) -> None:
    api.delete("/api/v1/images/7")

    assert server.shown == ["8"]


def test_it_is_waited_for_in_vain_for_a_while_only(
    server: Lagging, api: httpx2.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lag, "SECONDS", 0)

    assert api.post("/api/v2/images/upload").status_code == 200
    assert server.reads == 1


def test_nobody_waits_for_what_no_list_shows(server: Lagging, api: httpx2.Client) -> None:
    api.post("/auth/login")
    api.get("/api/v1/images")

    assert server.reads == 1


@pytest.mark.parametrize(
    ("url", "lags"),
    [("http://localhost:8000", False), ("http://127.0.0.1:1", False), ("https://a.example", True)],
)
def test_remote_apis_alone_are_waited_for(url: str, lags: bool) -> None:
    with api_client(url) as api:
        assert (settle in api.event_hooks["response"]) == lags
