"""The edge limits concurrent requests and forwards the others in turn."""

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
GATEWAY_RESPONSE = {"responseParameters": {}, "responseTemplates": {"application/json": "{}"}}


class Gateway:
    """A gateway whose function responds after 0.2 seconds, or once the limit is exceeded."""

    def __init__(self) -> None:
        self.limit_exceeded = asyncio.Event()
        self.active = 0

    async def gateway_response(self, request: Request) -> Response:
        return JSONResponse(GATEWAY_RESPONSE)

    async def function(self, request: Request) -> Response:
        self.active += 1
        if self.active > CONCURRENCY:
            self.limit_exceeded.set()
        with suppress(TimeoutError):
            await asyncio.wait_for(self.limit_exceeded.wait(), 0.2)
        self.active -= 1
        return Response("done")

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/restapis/api/gatewayresponses/{kind}", self.gateway_response),
                Route("/restapis/api/live/_user_request_/{path:path}", self.function),
            ]
        )


@contextmanager
def serving(app: ASGIApp) -> Iterator[int]:
    """Serve the app in a thread and yield its port."""
    with socket.create_server((HOST, 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join()


def test_excess_requests_wait_until_others_have_finished() -> None:
    gateway = Gateway()

    with (
        serving(gateway.app()) as aws_port,
        serving(create_app(aws_port, "api", CONCURRENCY)) as port,
        httpx2.Client(base_url=f"http://{HOST}:{port}") as client,
        ThreadPoolExecutor(4 * CONCURRENCY) as pool,
    ):
        responses = list(pool.map(client.get, ["/"] * (4 * CONCURRENCY)))

    assert [response.text for response in responses] == ["done"] * (4 * CONCURRENCY)
    assert not gateway.limit_exceeded.is_set()


@pytest.mark.parametrize("path", ["/a%0Ab", "/%0A", "/a%2Fb", "//"])
def test_every_path_is_forwarded(path: str) -> None:
    with (
        serving(Gateway().app()) as aws_port,
        serving(create_app(aws_port, "api", CONCURRENCY)) as port,
        httpx2.Client(base_url=f"http://{HOST}:{port}") as client,
    ):
        assert client.get(path).text == "done"


def test_an_unsupported_method_is_rejected() -> None:
    with (
        serving(Gateway().app()) as aws_port,
        serving(create_app(aws_port, "api", CONCURRENCY)) as port,
        httpx2.Client(base_url=f"http://{HOST}:{port}") as client,
    ):
        response = client.request("TRACE", "/")

    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
