"""`/ws?clientId=`: the websocket that sends the progress of runs."""

import asyncio
from uuid import uuid4

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from local.comfyui.emulator import Emulator
from local.comfyui.sockets import Listener


def stream_route(emulator: Emulator, path: str) -> WebSocketRoute:
    async def stream(websocket: WebSocket) -> None:
        await websocket.accept()
        client_id = websocket.query_params.get("clientId") or uuid4().hex
        sockets = emulator.installation.sockets
        listener = sockets.add(client_id)
        _send_initial_messages(emulator, client_id, listener)
        try:
            await _relay_until_closed(websocket, listener)
        finally:
            sockets.remove(client_id, listener)

    return WebSocketRoute(path, stream)


def _send_initial_messages(emulator: Emulator, client_id: str, listener: Listener) -> None:
    """Earlier events are not sent again, except for the current node of the client's run."""
    listener.send({"type": "status", "data": {**emulator.host.status(), "sid": client_id}})
    current_node = emulator.host.execution.current_node
    if current_node and current_node[0] == client_id:
        listener.send({"type": "executing", "data": {"node": current_node[1]}})


async def _relay_until_closed(websocket: WebSocket, listener: Listener) -> None:
    """Return when the client or the host closes the socket."""
    tasks = [
        asyncio.create_task(_send(websocket, listener)),
        asyncio.create_task(_receive(websocket)),
    ]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _send(websocket: WebSocket, listener: Listener) -> None:
    while message := await listener.messages.get():
        await websocket.send_json(message)
    await websocket.close()


async def _receive(websocket: WebSocket) -> None:
    """Ignore what the client sends, and return when it disconnects."""
    try:
        while True:
            await websocket.receive_text()
    except (WebSocketDisconnect, KeyError):
        return
