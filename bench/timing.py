"""The time of one request, and of a hello-world that shows the machine's current speed."""

import json
from collections.abc import Callable
from time import perf_counter
from typing import Any

import httpx2

from bench.hello.app import handler
from tests.support.gateway import event
from tests.support.handler_process import LambdaContext

_EVENT = event(httpx2.Request("GET", "https://api.example.com/"), "/", "/")

Handler = Callable[[dict[str, Any], Any], Any]


def milliseconds(handle: Handler, event: dict[str, Any]) -> float:
    """The time of one request; the handler gets a copy of the event."""
    copy = json.loads(json.dumps(event))
    begin = perf_counter()
    handle(copy, LambdaContext())
    return (perf_counter() - begin) * 1000


def hello_milliseconds() -> float:
    return milliseconds(handler, _EVENT)
