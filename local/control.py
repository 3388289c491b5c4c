"""Control routes of the emulators, on paths that the emulated services do not use."""

from collections.abc import MutableSequence
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.faults import Faults

MAX_RECORDED_REQUESTS = 10_000


def control_routes(faults: Faults, requests: MutableSequence[dict[str, Any]]) -> list[Route]:
    async def health(_request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def list_faults(_request: Request) -> Response:
        return JSONResponse({"faults": faults.pending()})

    async def add_fault(request: Request) -> Response:
        faults.add(await read_json(request))
        return await list_faults(request)

    async def clear_faults(request: Request) -> Response:
        faults.clear()
        return await list_faults(request)

    async def list_requests(_request: Request) -> Response:
        return JSONResponse({"requests": list(requests)})

    async def clear_requests(request: Request) -> Response:
        requests.clear()
        return await list_requests(request)

    return [
        Route("/_health", health, methods=["GET"]),
        Route("/_faults", list_faults, methods=["GET"]),
        Route("/_faults", add_fault, methods=["POST"]),
        Route("/_faults", clear_faults, methods=["DELETE"]),
        Route("/_requests", list_requests, methods=["GET"]),
        Route("/_requests", clear_requests, methods=["DELETE"]),
    ]


async def read_json(request: Request) -> Any:
    """Raises `HTTPException` 400."""
    try:
        return await request.json()
    except ValueError:
        raise HTTPException(400, "Not JSON") from None
