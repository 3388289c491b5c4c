"""Faults that a test injects into an emulator, to test the emulator's clients."""

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
    """After `after` calls of the operation `on`, the next `calls` calls fail."""

    kind: str
    on: str = "any"
    calls: int = 1
    after: int = 0
    seconds: float = 30

    def consume(self, operation: str) -> bool:
        """Count one call; return whether it fails."""
        if self.on not in {"any", operation} or not self.calls:
            return False
        if self.after:
            self.after -= 1
            return False
        self.calls -= 1
        return True


class Faults:
    """The injected faults in order. Faults behind the one that fails a call do not count it."""

    def __init__(self, scopes: Mapping[str, Set[str]]) -> None:
        """`scopes` maps each kind of fault to the operations that it can affect."""
        self._scopes = scopes
        self._faults: list[Fault] = []

    def add(self, document: Any) -> None:
        """Raises `HTTPException` 400 for a fault that can never occur."""
        self._faults.append(self._parse(document))

    def consume(self, operation: str) -> Fault | None:
        """Count one call; return the fault that it fails with."""
        applicable = (fault for fault in self._faults if operation in self._scopes[fault.kind])
        return next((fault for fault in applicable if fault.consume(operation)), None)

    def clear(self) -> None:
        self._faults.clear()

    def pending(self) -> list[dict[str, Any]]:
        return [asdict(fault) for fault in self._faults if fault.calls]

    def _parse(self, document: Any) -> Fault:
        try:
            fault = Fault(**document)
            known_operation = fault.on in {"any", *self._scopes.get(fault.kind, ())}
            valid_counts = min(int(fault.calls), int(fault.after)) >= 0
            valid_seconds = 0 <= fault.seconds <= MAX_SECONDS
        except (TypeError, ValueError) as error:
            raise HTTPException(400, f"Invalid fault - {error}") from None
        if fault.kind not in self._scopes or not (
            known_operation and valid_counts and valid_seconds
        ):
            raise HTTPException(400, f"Invalid fault - {asdict(fault)}")
        return fault


async def hang(fault: Fault, request: Request) -> ASGIApp:
    """Send nothing for `fault.seconds`, or until the client disconnects."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(_wait_for_disconnect(request), fault.seconds)
    return close_connection


async def _wait_for_disconnect(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def close_connection(_scope: Scope, _receive: Receive, send: Send) -> None:
    """ASGI cannot close a connection directly: announce one byte and do not send it."""
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]}
    )
