"""The edge lets so many requests in at once, and the others wait."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import httpx2
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from local.edge.app import create_app
from local.settings import HOST

CONCURRENCY = 3
REFUSAL = {"responseParameters": {}, "responseTemplates": {"application/json": "{}"}}


class Aws:
    """A gateway whose function keeps a request for a while, or until there are too many."""

    def __init__(self) -> None:
        self.crowded = asyncio.Event()
        self.inside = 0

    async def refusal(self, request: Request) -> Response:
        return JSONResponse(REFUSAL)

    async def function(self, request: Request) -> Response:
        self.inside += 1
        if self.inside > CONCURRENCY:
            self.crowded.set()
        with suppress(TimeoutError):
            await asyncio.wait_for(self.crowded.wait(), 0.2)
        self.inside -= 1
        return Response("done")

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/restapis/api/gatewayresponses/{kind}", self.refusal),
                Route("/restapis/api/live/_user_request_/{path:path}", self.function),
            ]
        )


@contextmanager
def serving(app: ASGIApp) -> Iterator[int]:
    """The port at which the app is served by a thread."""
    with socket.create_server((HOST, 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join()


def test_no_more_requests_than_set_are_inside_at_once_and_all_are_answered() -> None:
    aws = Aws()

    with (
        serving(aws.app()) as aws_port,
        serving(create_app(aws_port, "api", CONCURRENCY)) as port,
        httpx2.Client(base_url=f"http://{HOST}:{port}") as client,
        ThreadPoolExecutor(4 * CONCURRENCY) as pool,
    ):
        answers = list(pool.map(client.get, ["/"] * (4 * CONCURRENCY)))

    assert [answer.text for answer in answers] == ["done"] * (4 * CONCURRENCY)
    assert not aws.crowded.is_set()


@pytest.mark.parametrize("path", ["/a%0Ab", "/%0A", "/a%2Fb", "//"])
def test_every_path_is_passed_on(path: str) -> None:
    with (
        serving(Aws().app()) as aws_port,
        serving(create_app(aws_port, "api", CONCURRENCY)) as port,
        httpx2.Client(base_url=f"http://{HOST}:{port}") as client,
    ):
        assert client.get(path).text == "done"


def test_a_method_that_the_gateway_has_not_is_refused() -> None:
    with (
        serving(Aws().app()) as aws_port,
        serving(create_app(aws_port, "api", CONCURRENCY)) as port,
        httpx2.Client(base_url=f"http://{HOST}:{port}") as client,
    ):
        answer = client.request("TRACE", "/")

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
