"""What a warm request costs beside its calls of AWS, which are answered from memory.

Four handlers take turns: ours; a bare one that makes the very same calls; one of Powertools'
resolver that makes them too; and a hello-world of FastAPI and Mangum, which makes none. A clock
tells how busy the machine is as much as what a request costs, so the cost is told in hello-worlds.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from statistics import median
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from botocore.session import get_session

from bench.inside import Invocation, handler
from bench.rows import Row
from bench.speed import Handler, hello_milliseconds, milliseconds
from bench.wire import Wire

SECTION = "Warm request"
# A millisecond, where a hello-world takes 0.55 ms: docs/adr/0013-warm-requests-in-hello-worlds.md.
BUDGET_HELLOS = 1.8
WARM_UP = 5
# These speak to Cloudinary, which is no call of AWS.
_NOT_COMPARED = ("POST /api/v2/images/upload", "POST /images/upload", "POST /api/v1/publications")
# This one decodes a picture: told, and not judged as a framework's time.
_NOT_JUDGED = "POST /api/v1/images/upload"


def rows(wire: Wire, invocations: Mapping[str, Invocation], samples: int) -> Iterator[Row]:
    clients = {
        name: get_session().create_client(name)
        for name in {call.service for found in invocations.values() for call in found.calls}
    }
    for name, invocation in invocations.items():
        if not name.startswith(_NOT_COMPARED):
            yield _row(wire, name, invocation, clients, samples)


def _row(
    wire: Wire, name: str, invocation: Invocation, clients: dict[str, Any], samples: int
) -> Row:
    def calls() -> None:
        for call in invocation.calls:
            clients[call.service]._make_api_call(call.operation, dict(call.parameters))

    handlers = [handler(invocation.function), _bare(calls), _powertools(calls)]
    with wire.replaying(invocation.calls):
        turns = _turns(handlers, invocation.event, samples)
    cost = median((ours - bare) / hello for ours, bare, _, hello in turns)
    ours, bare, powertools, hello = map(median, zip(*turns, strict=True))
    beside = {"own ms": ours - bare, "ours ms": ours, "bare ms": bare}
    beside |= {"Powertools ms": powertools, "hello-world ms": hello}
    budget = None if name == _NOT_JUDGED else BUDGET_HELLOS
    return Row(SECTION, name, cost, "hellos", budget, beside)


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


def _turns(handlers: list[Handler], event: dict[str, Any], turns: int) -> list[list[float]]:
    """The milliseconds of each handler, and of a hello-world, in each turn."""
    for _ in range(WARM_UP):
        _turn(handlers, event)
    return [_turn(handlers, event) for _ in range(turns)]


def _turn(handlers: list[Handler], event: dict[str, Any]) -> list[float]:
    return [*(milliseconds(handle, event) for handle in handlers), hello_milliseconds()]
