"""The open websockets, through which clients receive the progress of runs."""

import asyncio
from typing import Any, NamedTuple

Message = dict[str, Any] | None


class Listener(NamedTuple):
    """One socket. The message None closes it."""

    loop: asyncio.AbstractEventLoop
    messages: asyncio.Queue[Message]

    def send(self, message: Message) -> None:
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self.messages.put_nowait, message)


class Sockets:
    """Listeners by client id. A new socket replaces an older one with the same id."""

    def __init__(self) -> None:
        self._listeners: dict[str, Listener] = {}

    def add(self, client_id: str) -> Listener:
        listener = Listener(asyncio.get_running_loop(), asyncio.Queue())
        self._listeners[client_id] = listener
        return listener

    def remove(self, client_id: str, listener: Listener) -> None:
        if self._listeners.get(client_id) is listener:
            del self._listeners[client_id]

    def send(self, client_id: str | None, type: str, data: dict[str, Any]) -> None:
        """Messages for a client without a socket are discarded."""
        listener = self._listeners.get(client_id or "")
        if listener:
            listener.send({"type": type, "data": data})

    def broadcast(self, type: str, data: dict[str, Any]) -> None:
        for listener in list(self._listeners.values()):
            listener.send({"type": type, "data": data})

    def close(self) -> None:
        for listener in list(self._listeners.values()):
            listener.send(None)
