"""`/ws?clientId=`: the only place where a host tells how far a run has come."""

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
        sockets = emulator.workshop.sockets
        listener = sockets.join(client_id)
        _greet(emulator, client_id, listener)
        try:
            await _until_either_leaves(websocket, listener)
        finally:
            sockets.leave(client_id, listener)

    return WebSocketRoute(path, stream)


def _greet(emulator: Emulator, client_id: str, listener: Listener) -> None:
    """Nothing is repeated but where the client's own run stands."""
    listener.send({"type": "status", "data": {**emulator.host.status(), "sid": client_id}})
    at_work = emulator.host.engine.at_work
    if at_work and at_work[0] == client_id:
        listener.send({"type": "executing", "data": {"node": at_work[1]}})


async def _until_either_leaves(websocket: WebSocket, listener: Listener) -> None:
    tasks = [asyncio.create_task(_send(websocket, listener)), asyncio.create_task(_hear(websocket))]
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


async def _hear(websocket: WebSocket) -> None:
    """What clients say changes nothing here."""
    try:
        while True:
            await websocket.receive_text()
    except (WebSocketDisconnect, KeyError):
        return
