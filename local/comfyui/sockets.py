"""Progress as it happens, to whoever listens on `/ws`."""

import asyncio
from typing import Any, NamedTuple

Message = dict[str, Any] | None


class Listener(NamedTuple):
    loop: asyncio.AbstractEventLoop
    messages: asyncio.Queue[Message]

    def send(self, message: Message) -> None:
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self.messages.put_nowait, message)


class Sockets:
    """The open sockets by client id. The newest of two with one id takes over the stream."""

    def __init__(self) -> None:
        self._listeners: dict[str, Listener] = {}

    def join(self, client_id: str) -> Listener:
        listener = Listener(asyncio.get_running_loop(), asyncio.Queue())
        self._listeners[client_id] = listener
        return listener

    def leave(self, client_id: str, listener: Listener) -> None:
        if self._listeners.get(client_id) is listener:
            del self._listeners[client_id]

    def tell(self, client_id: str | None, type: str, data: dict[str, Any]) -> None:
        """Nothing is kept for a client that does not listen."""
        listener = self._listeners.get(client_id or "")
        if listener:
            listener.send({"type": type, "data": data})

    def tell_all(self, type: str, data: dict[str, Any]) -> None:
        for listener in list(self._listeners.values()):
            listener.send({"type": type, "data": data})

    def close(self) -> None:
        for listener in list(self._listeners.values()):
            listener.send(None)
