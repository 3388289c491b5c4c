"""What a warm request costs beside its calls of AWS, which are answered from memory.

Three handlers take turns: ours; a bare one that makes the very same calls; and one of Powertools'
resolver that makes them too.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from statistics import median
from time import perf_counter
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from botocore.session import get_session

from bench.inside import Invocation, handler
from bench.rows import Row
from bench.wire import Wire
from tests.support.worker import Context

SECTION = "Warm request"
BUDGET_MS = 1.0
# These speak to Cloudinary too, or decode pictures: not the framework's time.
_NOT_COMPARED = ("upload", "POST /api/v1/publications")

Handler = Callable[[dict[str, Any], Any], Any]


def rows(wire: Wire, invocations: Mapping[str, Invocation], samples: int) -> Iterator[Row]:
    clients = {
        name: get_session().create_client(name)
        for name in {call.service for found in invocations.values() for call in found.calls}
    }
    for name, invocation in invocations.items():
        if not any(part in name for part in _NOT_COMPARED):
            yield _row(wire, name, invocation, clients, samples)


def _row(
    wire: Wire, name: str, invocation: Invocation, clients: dict[str, Any], samples: int
) -> Row:
    def calls() -> None:
        for call in invocation.calls:
            clients[call.service]._make_api_call(call.operation, dict(call.parameters))

    handlers = [handler(invocation.function), _bare(calls), _powertools(calls)]
    with wire.replaying(invocation.calls):
        ours, bare, powertools = _in_turn(handlers, invocation.event, samples)
    beside = {"ours ms": ours, "bare ms": bare, "Powertools ms": powertools}
    return Row(SECTION, name, ours - bare, "ms", BUDGET_MS, beside)


def _bare(calls: Callable[[], None]) -> Handler:
    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        calls()
        return {"statusCode": 200, "headers": {}, "body": json.dumps({"status": "success"})}

    return handle


def _powertools(calls: Callable[[], None]) -> Handler:
    app = APIGatewayRestResolver()

    @app.route(".+", method=["GET", "POST", "PUT", "DELETE"])
    def answer() -> Response[str]:
        calls()
        return Response(200, "application/json", json.dumps({"status": "success"}))

    return app.resolve


def _in_turn(handlers: list[Handler], event: dict[str, Any], samples: int) -> list[float]:
    """The median milliseconds of each handler."""
    found: list[list[float]] = [[] for _ in handlers]
    for _ in range(samples + 5):
        for handle, times in zip(handlers, found, strict=True):
            asked = json.loads(json.dumps(event))
            begin = perf_counter()
            handle(asked, Context())
            times.append((perf_counter() - begin) * 1000)
    return [median(times[5:]) for times in found]
