"""The faults of the Upload API and the Admin API."""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp

from local.cloudinary.errors import error_response
from local.faults import Fault, close_connection, hang

UPLOAD_API = {"upload", "destroy", "explicit", "tags", "context"}
ADMIN_API = {"ping", "usage", "resources", "resource", "delete"}
SCOPES = dict.fromkeys(
    ("420", "500", "502", "500_after_success", "hang", "slow", "close_connection"),
    UPLOAD_API | ADMIN_API,
)


async def inject_fault(
    fault: Fault, request: Request, perform: Callable[[], Awaitable[Response]]
) -> ASGIApp:
    match fault.kind:
        case "slow":
            await asyncio.sleep(fault.seconds)
            return await perform()
        case "500_after_success":
            await perform()
            return error_response(500, "General Error")
        case "hang":
            return await hang(fault, request)
        case "close_connection":
            return close_connection
        case "502":
            return HTMLResponse("<html><body><h1>502 Bad Gateway</h1></body></html>", 502)
        case "420":
            return error_response(420, "Rate Limit Exceeded. Limit of 500 api operations reached.")
        case _:
            return error_response(500, "General Error")
