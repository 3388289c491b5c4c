"""Serve an emulator with uvicorn."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from local.settings import HOST


@contextmanager
def serving(app: ASGIApp, host: str = HOST, port: int = 0) -> Iterator[str]:
    """Serve from a thread and yield the base URL. Port 0 selects a free port."""
    with socket.create_server((host, port)) as listener:
        # asyncio sets it only on sockets created with an explicit protocol.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        server = uvicorn.Server(configure(app))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            # The socket is already listening, so early connections wait in its backlog.
            yield f"http://{host}:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def configure(app: ASGIApp, host: str = HOST, port: int = 0) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        lifespan="on",
        ws="websockets-sansio",
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=1,
    )
