"""Failures on demand, for the tests of whoever calls Cloudinary."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from local.cloudinary.errors import CloudinaryError, error_response

KINDS = {"420", "500", "html", "hang", "slow", "close", "lost"}
UPLOAD_API = {"upload", "destroy", "explicit", "tags", "context"}
ADMIN_API = {"ping", "usage", "resources", "resource", "delete"}
MAX_SECONDS = 600


@dataclass
class Fault:
    """The next `calls` calls to `on`, once `after` of them have passed, fail."""

    kind: str
    on: str = "any"
    calls: int = 1
    after: int = 0
    seconds: float = 30

    def strikes(self, operation: str) -> bool:
        if self.on not in {"any", operation} or not self.calls:
            return False
        if self.after:
            self.after -= 1
            return False
        self.calls -= 1
        return True


class Faults:
    """Asked in order: the first that strikes hides the call from those behind it."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, document: Any) -> None:
        self._faults.append(_read(document))

    def take(self, operation: str) -> Fault | None:
        return next((fault for fault in self._faults if fault.strikes(operation)), None)

    def clear(self) -> None:
        self._faults.clear()

    def pending(self) -> list[dict[str, Any]]:
        return [asdict(fault) for fault in self._faults if fault.calls]


def _read(document: Any) -> Fault:
    try:
        fault = Fault(**document)
        known = fault.kind in KINDS and fault.on in {"any"} | UPLOAD_API | ADMIN_API
        countable = min(int(fault.calls), int(fault.after)) >= 0
        timely = 0 <= fault.seconds <= MAX_SECONDS
    except (TypeError, ValueError) as error:
        raise CloudinaryError(400, f"Invalid fault - {error}") from None
    if not (known and countable and timely):
        raise CloudinaryError(400, f"Invalid fault - {asdict(fault)}")
    return fault


async def fail(
    fault: Fault, request: Request, perform: Callable[[], Awaitable[Response]]
) -> ASGIApp:
    match fault.kind:
        case "slow":
            await asyncio.sleep(fault.seconds)
            return await perform()
        case "lost":
            await perform()
            return error_response(500, "General Error")
        case "hang":
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(_hung_up(request), fault.seconds)
            return _dropped
        case "close":
            return _dropped
        case "html":
            return HTMLResponse("<html><body><h1>502 Bad Gateway</h1></body></html>", 502)
        case "420":
            return error_response(420, "Rate Limit Exceeded. Limit of 500 api operations reached.")
        case _:
            return error_response(500, "General Error")


async def _hung_up(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _dropped(_scope: Scope, _receive: Receive, send: Send) -> None:
    """ASGI cannot hang up in silence: promise a byte, and leave without it."""
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]}
    )
