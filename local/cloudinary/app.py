from uuid import uuid4

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from local.cloudinary.admin import ADMIN_OPERATIONS
from local.cloudinary.auth import authenticate
from local.cloudinary.calls import Call, read_call
from local.cloudinary.delivery import delivery_route
from local.cloudinary.emulator import Emulator, Operation
from local.cloudinary.errors import CloudinaryError, error_response
from local.cloudinary.faults import inject_fault
from local.cloudinary.settings import Settings
from local.cloudinary.upload import UPLOAD_OPERATIONS
from local.control import control_routes


def create_app(settings: Settings) -> Starlette:
    emulator = Emulator(settings)
    operations = [*UPLOAD_OPERATIONS, *ADMIN_OPERATIONS]
    return Starlette(
        routes=[
            *control_routes(emulator.faults, emulator.requests),
            wipe_route(emulator),
            *(api_route(emulator, operation) for operation in operations),
            Route("/v1_1/{path:path}", unknown_path, methods=["GET", "POST", "PUT", "DELETE"]),
            delivery_route(emulator),
        ],
        exception_handlers={HTTPException: handle_error, Exception: handle_error},
    )


def wipe_route(emulator: Emulator) -> Route:
    async def wipe(_request: Request) -> Response:
        await run_in_threadpool(emulator.store.wipe)
        return JSONResponse({"status": "ok"})

    return Route("/_assets", wipe, methods=["DELETE"])


def api_route(emulator: Emulator, operation: Operation) -> Route:
    async def respond(request: Request) -> ASGIApp:
        call = await read_call(request, operation.name)
        emulator.requests.append(call.record())
        fault = emulator.faults.consume(operation.name)

        async def perform() -> Response:
            return await perform_operation(emulator, operation, call)

        return await (inject_fault(fault, request, perform) if fault else perform())

    return Route(f"/v1_1/{{cloud}}{operation.path}", respond, methods=[operation.method])


async def perform_operation(emulator: Emulator, operation: Operation, call: Call) -> Response:
    try:
        authenticate(emulator.settings, call, basic_only=operation.admin)
        if operation.admin:
            emulator.quota.count_call()
        result = await run_in_threadpool(operation.perform, emulator, call)
        response = JSONResponse(result)
    except CloudinaryError as error:
        response = error_response(error.status_code, error.detail)
    response.headers["x-request-id"] = uuid4().hex
    if operation.admin:
        response.headers.update(emulator.quota.headers())
    return response


async def unknown_path(_request: Request) -> Response:
    return error_response(404, "Not Found")


async def handle_error(_request: Request, error: Exception) -> Response:
    if isinstance(error, HTTPException):
        return error_response(error.status_code, error.detail)
    return error_response(500, "General Error")
