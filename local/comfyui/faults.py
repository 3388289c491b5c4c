"""The faults of a host: in its responses and in its runs."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp

from local.comfyui.responses import Json, internal_error
from local.faults import Fault, close_connection, hang

OPERATIONS = frozenset(
    {"prompt", "queue", "history", "jobs", "cancel", "interrupt", "view", "system_stats"}
    | {"models", "object_info"}
)
RUN = frozenset({"run"})
SCOPES = {
    **dict.fromkeys(("http_500", "http_502", "hang", "slow"), OPERATIONS),
    **dict.fromkeys(("close_connection", "lost_response", "restart"), OPERATIONS),
    "ignored_cancel": frozenset({"cancel"}),
    **dict.fromkeys(("fail_run", "out_of_memory", "fewer_images", "slow_run"), RUN),
}


class NodeFailure(NamedTuple):
    """The exception that every node of this class raises."""

    class_type: str
    exception_type: str
    message: str


NODE_FAILURES = {
    "fail_run": NodeFailure(
        "CheckpointLoaderSimple",
        "safetensors._safetensors_rust.SafetensorError",
        "Error while deserializing header: header too small\n",
    ),
    "out_of_memory": NodeFailure(
        "KSampler", "torch.OutOfMemoryError", "Allocation on device 0 would exceed the memory\n"
    ),
}


async def inject_fault(
    fault: Fault,
    request: Request,
    perform: Callable[[], Awaitable[Response]],
    restart: Callable[[], Awaitable[None]],
) -> ASGIApp:
    match fault.kind:
        case "slow":
            await asyncio.sleep(fault.seconds)
            return await perform()
        case "restart":
            await restart()
            return await perform()
        case "lost_response":
            await perform()
            return close_connection
        case "hang":
            return await hang(fault, request)
        case "close_connection":
            return close_connection
        case "ignored_cancel":
            return Json({"cancelled": True})
        case "http_502":
            return HTMLResponse("<html><body><h1>502 Bad Gateway</h1></body></html>", 502)
        case _:
            return internal_error()
