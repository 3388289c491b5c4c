"""The emulator's own switches, under paths that Cloudinary does not have."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.cloudinary.emulator import Emulator
from local.cloudinary.errors import CloudinaryError


def control_routes(emulator: Emulator) -> list[Route]:
    async def health(_request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def list_faults(_request: Request) -> Response:
        return JSONResponse({"faults": emulator.faults.pending()})

    async def add_fault(request: Request) -> Response:
        try:
            document = await request.json()
        except ValueError:
            raise CloudinaryError(400, "Invalid fault - not JSON") from None
        emulator.faults.add(document)
        return await list_faults(request)

    async def clear_faults(request: Request) -> Response:
        emulator.faults.clear()
        return await list_faults(request)

    async def list_requests(_request: Request) -> Response:
        return JSONResponse({"requests": list(emulator.requests)})

    async def forget_requests(request: Request) -> Response:
        emulator.requests.clear()
        return await list_requests(request)

    async def wipe_assets(_request: Request) -> Response:
        await run_in_threadpool(emulator.store.wipe)
        return JSONResponse({"status": "ok"})

    return [
        Route("/_health", health, methods=["GET"]),
        Route("/_faults", list_faults, methods=["GET"]),
        Route("/_faults", add_fault, methods=["POST"]),
        Route("/_faults", clear_faults, methods=["DELETE"]),
        Route("/_requests", list_requests, methods=["GET"]),
        Route("/_requests", forget_requests, methods=["DELETE"]),
        Route("/_assets", wipe_assets, methods=["DELETE"]),
    ]
