"""`wait_for_indexes` waits until the lists show a write, since indexes of remote APIs lag."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx2
import pytest

from tests.conftest import api_client
from tests.support import index_lag
from tests.support.index_lag import wait_for_indexes

LAG = 2  # reads that an index lags behind


class LaggingApi(ThreadingHTTPServer):
    """An API with one list, which shows a write only after more than `LAG` reads."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.listed: list[Any] = []
        self.written: list[Any] = []
        self.reads = 0


class Handler(BaseHTTPRequestHandler):
    server: LaggingApi

    def do_GET(self) -> None:
        self.server.reads += 1
        if self.server.reads > LAG:
            self.server.listed = self.server.written
        self._respond(self.server.listed)

    def do_POST(self) -> None:
        self.server.written = ["7"] if "v1" in self.path else [{"image_id": 7}]
        self._respond({"story_id": "7", "image_id": 7, "visibility": "public"})

    def do_DELETE(self) -> None:
        self.server.listed, self.server.written = ["7", "8"], ["8"]
        self._respond({})

    def _respond(self, body: Any) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_: object) -> None:
        """Requests are not logged."""


@pytest.fixture
def server() -> Iterator[LaggingApi]:
    with LaggingApi() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def api(server: LaggingApi) -> Iterator[httpx2.Client]:
    url = f"http://127.0.0.1:{server.server_port}/live"
    with httpx2.Client(base_url=url, event_hooks={"response": [wait_for_indexes]}) as client:
        yield client


@pytest.mark.parametrize("path", ["/api/v1/images/upload", "/images/upload/"])
def test_a_created_item_is_listed(server: LaggingApi, api: httpx2.Client, path: str) -> None:
    api.post(path)

    assert server.listed == server.written
    assert server.reads == LAG + 1


def test_a_deleted_item_is_not_listed(server: LaggingApi, api: httpx2.Client) -> None:
    api.delete("/api/v1/images/7")

    assert server.listed == ["8"]


def test_the_wait_is_limited(
    server: LaggingApi, api: httpx2.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_lag, "SECONDS", 0)

    assert api.post("/api/v2/images/upload").status_code == 200
    assert server.reads == 1


def test_requests_without_a_list_do_not_wait(server: LaggingApi, api: httpx2.Client) -> None:
    api.post("/auth/login")
    api.get("/api/v1/images")

    assert server.reads == 1


@pytest.mark.parametrize(
    ("url", "lags"),
    [("http://localhost:8000", False), ("http://127.0.0.1:1", False), ("https://a.example", True)],
)
def test_only_remote_apis_are_waited_for(url: str, lags: bool) -> None:
    with api_client(url) as api:
        assert (wait_for_indexes in api.event_hooks["response"]) == lags
