"""Uploads per second through the whole local cloud, by number of clients."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter

import httpx2

from bench.memory import photograph
from bench.rows import Row
from tests.conftest import client
from tests.support.stories import V2, Stories

SECTION = "Uploads on the local cloud"
CLIENTS = (1, 4, 16)
UPLOADS = 32
MEBIBYTES = 0.1


def rows(url: str) -> Iterator[Row]:
    content = photograph(MEBIBYTES)
    with client(url) as api:
        _seconds(api, content, max(CLIENTS), max(CLIENTS))  # starts the processes
        for clients in CLIENTS:
            seconds = _seconds(api, content, clients, UPLOADS)
            health = _health_seconds(api, clients)
            figures = {"GET /health per s": UPLOADS / health}
            yield Row(SECTION, f"{clients} clients", UPLOADS / seconds, "/s", None, figures)


def _seconds(api: httpx2.Client, content: bytes, clients: int, uploads: int) -> float:
    begin = perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        for _ in pool.map(Stories(api, V2).upload, [content] * uploads):
            pass
    return perf_counter() - begin


def _health_seconds(api: httpx2.Client, clients: int) -> float:
    """The time that the local cloud takes for requests without work."""
    begin = perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        for response in pool.map(api.get, ["/health"] * UPLOADS):
            assert response.status_code == 200
    return perf_counter() - begin
