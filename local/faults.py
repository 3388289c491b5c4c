"""Failures on demand, for the tests of whoever calls an emulated service."""

import asyncio
import contextlib
from collections.abc import Mapping, Set
from dataclasses import asdict, dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

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

    def __init__(self, scopes: Mapping[str, Set[str]]) -> None:
        """`scopes` names the kinds, and for each the operations that can fail in that way."""
        self._scopes = scopes
        self._faults: list[Fault] = []

    def add(self, document: Any) -> None:
        """Raises `HTTPException` 400 when it could never strike."""
        self._faults.append(self._read(document))

    def take(self, operation: str) -> Fault | None:
        concerned = (one for one in self._faults if operation in self._scopes[one.kind])
        return next((fault for fault in concerned if fault.strikes(operation)), None)

    def clear(self) -> None:
        self._faults.clear()

    def pending(self) -> list[dict[str, Any]]:
        return [asdict(fault) for fault in self._faults if fault.calls]

    def _read(self, document: Any) -> Fault:
        try:
            fault = Fault(**document)
            known = fault.on in {"any", *self._scopes.get(fault.kind, ())}
            countable = min(int(fault.calls), int(fault.after)) >= 0
            timely = 0 <= fault.seconds <= MAX_SECONDS
        except (TypeError, ValueError) as error:
            raise HTTPException(400, f"Invalid fault - {error}") from None
        if fault.kind not in self._scopes or not (known and countable and timely):
            raise HTTPException(400, f"Invalid fault - {asdict(fault)}")
        return fault


async def hang(fault: Fault, request: Request) -> ASGIApp:
    """Says nothing for so many seconds, or until the caller gives up."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(_hung_up(request), fault.seconds)
    return dropped


async def _hung_up(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def dropped(_scope: Scope, _receive: Receive, send: Send) -> None:
    """ASGI cannot hang up in silence: promise a byte, and leave without it."""
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]}
    )
