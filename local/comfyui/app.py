from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from local.comfyui.calls import Call, InvalidBodyError, TooLargeError, is_cross_site, read_call
from local.comfyui.emulator import Emulator, Operation
from local.comfyui.faults import inject_fault
from local.comfyui.responses import empty, internal_error, too_large, unknown_path
from local.comfyui.routes import OPERATIONS
from local.comfyui.settings import Settings
from local.comfyui.stream import stream_route
from local.control import control_routes, read_json
from local.faults import MAX_SECONDS


def create_app(settings: Settings) -> Starlette:
    """The host lives from start-up to shutdown; faults and recorded requests outlive it."""
    emulator = Emulator(settings)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        emulator.start()
        yield
        await run_in_threadpool(emulator.stop)

    return Starlette(
        lifespan=lifespan,
        routes=[
            *control_routes(emulator.installation.faults, emulator.installation.requests),
            settings_route(emulator),
            *(operation_route(emulator, operation) for operation in OPERATIONS),
            *(stream_route(emulator, path) for path in ("/ws", "/api/ws")),
        ],
        exception_handlers={HTTPException: handle_http_error, Exception: handle_exception},
    )


def operation_route(emulator: Emulator, operation: Operation) -> Route:
    limit = emulator.installation.settings.max_bytes

    async def respond(request: Request) -> ASGIApp:
        if is_cross_site(request):
            return empty(403)
        try:
            call = await read_call(request, limit)
        except TooLargeError:
            return too_large(limit)
        emulator.installation.requests.append(call.record(operation.name))

        async def perform() -> Response:
            return await run_in_threadpool(perform_operation, emulator, operation, call)

        async def restart() -> None:
            await run_in_threadpool(emulator.restart)

        fault = emulator.installation.faults.consume(operation.name)
        return await (inject_fault(fault, request, perform, restart) if fault else perform())

    return Route(operation.path, respond, methods=[operation.method])


def perform_operation(emulator: Emulator, operation: Operation, call: Call) -> Response:
    try:
        return operation.perform(emulator, call)
    except InvalidBodyError:
        return internal_error()


def settings_route(emulator: Emulator) -> Route:
    async def update_settings(request: Request) -> Response:
        """`{"seconds"}` sets the sampling time, from the next step on."""
        document = await read_json(request)
        seconds = document.get("seconds") if isinstance(document, dict) else None
        if not isinstance(seconds, int | float) or not 0 <= seconds <= MAX_SECONDS:
            raise HTTPException(400, "Invalid settings")
        emulator.installation.seconds = float(seconds)
        return JSONResponse({"seconds": seconds})

    return Route("/_settings", update_settings, methods=["POST"])


async def handle_http_error(request: Request, error: Exception) -> Response:
    """A real host responds to an unsupported method as to an unknown path."""
    if request.url.path.startswith("/_") and isinstance(error, HTTPException):
        return PlainTextResponse(error.detail, error.status_code)
    return unknown_path()


async def handle_exception(_request: Request, _error: Exception) -> Response:
    return internal_error()
