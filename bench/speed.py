"""How fast the machine is at this moment, told by a hello-world of FastAPI and Mangum."""

import json
from time import perf_counter
from typing import Any

import httpx2

from bench.hello.app import handler
from tests.support.gateway import event
from tests.support.worker import Context

_EVENT = json.dumps(event(httpx2.Request("GET", "https://api.example.com/"), "/", "/"))
_CONTEXT: Any = Context()


def hello_milliseconds() -> float:
    """The time of one call."""
    asked = json.loads(_EVENT)
    begin = perf_counter()
    handler(asked, _CONTEXT)
    return (perf_counter() - begin) * 1000
