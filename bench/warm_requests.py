"""The time of a warm request without its AWS calls, to which recorded responses are replayed.

Four handlers take turns: Darkroom's; a baseline that makes the same AWS calls and nothing else; one
with Powertools' resolver that makes them too; and a hello-world of FastAPI and Mangum, which makes
none. Times depend on the load of the machine, so the unit is the time of the hello-world.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from statistics import median
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from botocore.session import get_session

from bench.aws_calls import CallRecorder
from bench.in_process import Invocation, handler
from bench.rows import Row
from bench.timing import Handler, hello_milliseconds, milliseconds

SECTION = "Warm request"
# One millisecond if a hello-world takes 0.55 ms: docs/adr/0013-warm-requests-in-hello-worlds.md.
BUDGET = 1.8
WARM_UP = 5
# These call Cloudinary, which is not replayed.
_NOT_COMPARED = ("POST /api/v2/images/upload", "POST /images/upload", "POST /api/v1/publications")
# This one decodes an image, which is not overhead: it has no budget.
_WITHOUT_BUDGET = "POST /api/v1/images/upload"


def rows(
    recorder: CallRecorder, invocations: Mapping[str, Invocation], samples: int
) -> Iterator[Row]:
    clients = {
        service: get_session().create_client(service)
        for service in {call.service for run in invocations.values() for call in run.calls}
    }
    for name, invocation in invocations.items():
        if not name.startswith(_NOT_COMPARED):
            yield _row(recorder, name, invocation, clients, samples)


def _row(
    recorder: CallRecorder, name: str, invocation: Invocation, clients: dict[str, Any], samples: int
) -> Row:
    def calls() -> None:
        for call in invocation.calls:
            clients[call.service]._make_api_call(call.operation, dict(call.parameters))

    handlers = [handler(invocation.function), _baseline(calls), _powertools(calls)]
    with recorder.replay(invocation.calls):
        turns = _turns(handlers, invocation.event, samples)
    overhead = median((ours - baseline) / hello for ours, baseline, _, hello in turns)
    ours, baseline, powertools, hello = map(median, zip(*turns, strict=True))
    figures = {"overhead ms": ours - baseline, "Darkroom ms": ours, "baseline ms": baseline}
    figures |= {"Powertools ms": powertools, "hello-world ms": hello}
    budget = None if name == _WITHOUT_BUDGET else BUDGET
    return Row(SECTION, name, overhead, "x hello-world", budget, figures)


def _baseline(calls: Callable[[], None]) -> Handler:
    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        calls()
        return {"statusCode": 200, "headers": {}, "body": json.dumps({"status": "success"})}

    return handle


def _powertools(calls: Callable[[], None]) -> Handler:
    app = APIGatewayRestResolver()

    @app.route(".+", method=["GET", "POST", "PUT", "DELETE"])
    def respond() -> Response[str]:
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
