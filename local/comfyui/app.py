from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from local.comfyui.answers import empty, too_large, trouble, unknown_path
from local.comfyui.calls import Call, OddBodyError, TooLargeError, from_elsewhere, read_call
from local.comfyui.emulator import Emulator, Operation
from local.comfyui.faults import fail
from local.comfyui.routes import OPERATIONS
from local.comfyui.settings import Settings
from local.comfyui.stream import stream_route
from local.control import control_routes, read_json
from local.faults import MAX_SECONDS


def create_app(settings: Settings) -> Starlette:
    """A host that lives from start-up to shutdown; its faults and its journal live longer."""
    emulator = Emulator(settings)

    @asynccontextmanager
    async def life(_app: Starlette) -> AsyncIterator[None]:
        emulator.start()
        yield
        await run_in_threadpool(emulator.stop)

    return Starlette(
        lifespan=life,
        routes=[
            *control_routes(emulator.workshop.faults, emulator.workshop.requests),
            settings_route(emulator),
            *(operation_route(emulator, operation) for operation in OPERATIONS),
            *(stream_route(emulator, path) for path in ("/ws", "/api/ws")),
        ],
        exception_handlers={HTTPException: refuse, Exception: stumble},
    )


def operation_route(emulator: Emulator, operation: Operation) -> Route:
    limit = emulator.workshop.settings.max_bytes

    async def respond(request: Request) -> ASGIApp:
        if from_elsewhere(request):
            return empty(403)
        try:
            call = await read_call(request, limit)
        except TooLargeError:
            return too_large(limit)
        emulator.workshop.requests.append(call.record(operation.name))

        async def perform() -> Response:
            return await run_in_threadpool(answer, emulator, operation, call)

        fault = emulator.workshop.faults.take(operation.name)
        if fault:
            return await fail(fault, request, perform, lambda: run_in_threadpool(emulator.restart))
        return await perform()

    return Route(operation.path, respond, methods=[operation.method])


def answer(emulator: Emulator, operation: Operation, call: Call) -> Response:
    try:
        return operation.perform(emulator, call)
    except OddBodyError:
        return trouble()


def settings_route(emulator: Emulator) -> Route:
    async def change(request: Request) -> Response:
        """`{"seconds"}`: what sampling takes from the next step on."""
        document = await read_json(request)
        seconds = document.get("seconds") if isinstance(document, dict) else None
        if not isinstance(seconds, int | float) or not 0 <= seconds <= MAX_SECONDS:
            raise HTTPException(400, "Invalid settings")
        emulator.workshop.seconds = float(seconds)
        return JSONResponse({"seconds": seconds})

    return Route("/_settings", change, methods=["POST"])


async def refuse(request: Request, error: Exception) -> Response:
    """A method that a path does not know is a path that the host does not know."""
    if request.url.path.startswith("/_") and isinstance(error, HTTPException):
        return PlainTextResponse(error.detail, error.status_code)
    return unknown_path()


async def stumble(_request: Request, _error: Exception) -> Response:
    return trouble()
