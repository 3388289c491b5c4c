"""How a host fails: the calls to it, and the runs that it was asked for."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp

from local.comfyui.answers import Json, trouble
from local.faults import Fault, dropped, hang

OPERATIONS = frozenset(
    {"prompt", "queue", "history", "jobs", "cancel", "interrupt", "view", "system_stats"}
    | {"models", "object_info"}
)
RUN = frozenset({"run"})
SCOPES = {
    **dict.fromkeys(("http_500", "http_502", "hang", "cut", "lost_answer", "slow"), OPERATIONS),
    "forget": OPERATIONS,
    "lost_cancel": frozenset({"cancel"}),
    **dict.fromkeys(("fail_run", "out_of_memory", "fewer_images", "slow_run"), RUN),
}


class Failure(NamedTuple):
    """The node that raises, and what."""

    class_type: str
    exception_type: str
    message: str


FAILURES = {
    "fail_run": Failure(
        "CheckpointLoaderSimple",
        "safetensors._safetensors_rust.SafetensorError",
        "Error while deserializing header: header too small\n",
    ),
    "out_of_memory": Failure(
        "KSampler", "torch.OutOfMemoryError", "Allocation on device 0 would exceed the memory\n"
    ),
}


async def fail(
    fault: Fault,
    request: Request,
    perform: Callable[[], Awaitable[Response]],
    restart: Callable[[], Awaitable[None]],
) -> ASGIApp:
    match fault.kind:
        case "slow":
            await asyncio.sleep(fault.seconds)
            return await perform()
        case "forget":
            await restart()
            return await perform()
        case "lost_answer":
            await perform()
            return dropped
        case "hang":
            return await hang(fault, request)
        case "cut":
            return dropped
        case "lost_cancel":
            return Json({"cancelled": True})
        case "http_502":
            return HTMLResponse("<html><body><h1>502 Bad Gateway</h1></body></html>", 502)
        case _:
            return trouble()
