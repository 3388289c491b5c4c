"""Sizes of what is deployed, and what a million calls cost."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from statistics import median

from bench import artifacts, units
from bench.calls import dynamodb
from bench.init import built
from bench.inside import Inside, Invocation
from bench.rie import billed_milliseconds
from bench.rows import Row
from bench.wire import Call
from local.stack import CREDENTIALS
from tests.support import template

SIZES, COSTS = "Sizes", "Cost of a million calls"

# us-east-1, USD, first tier, read in November 2026: Lambda on arm64, REST API, DynamoDB on demand.
REQUEST, GIGABYTE_SECOND = 0.20e-6, 0.0000133334
GATEWAY = 3.50e-6
WRITE_UNIT, READ_UNIT = 0.625e-6, 0.125e-6

_LAYER = "AWS::Serverless::LayerVersion"

PRICED = (
    "GET /api/v2/images/{story_id}",
    "GET /api/v2/images",
    "POST /api/v2/images/upload",
    "GET /images/public",
    "POST /images/upload",
    "GET /api/images/styles",
    "POST /api/images/generate (not waiting)",
)


def sizes() -> Iterator[Row]:
    """Of the code and of each layer, unpacked; the bytecode is in it."""
    folders = {"functions": artifacts.code("HomeFunction")}
    folders |= {name: artifacts.BUILD / name for name in template.resources(_LAYER)}
    for name, folder in folders.items():
        beside = {"bytecode MiB": artifacts.size(folder, ".pyc") / 2**20}
        yield Row(SIZES, name, artifacts.size(folder) / 2**20, "MiB", None, beside)


def costs(inside: Inside, aws_url: str, found: Mapping[str, Invocation]) -> Iterator[Row]:
    """By the durations that Lambda would bill for warm calls on this machine."""
    for name in PRICED:
        invocation = found[name]
        milliseconds = _billed(inside, aws_url, invocation)
        duration = milliseconds / 1000 * _gigabytes(invocation.function) * GIGABYTE_SECOND
        beside = {
            "billed ms": milliseconds,
            "Lambda USD": (REQUEST + duration) * 1e6,
            "gateway USD": GATEWAY * 1e6,
            "DynamoDB USD": _dynamodb(dynamodb(invocation.calls)) * 1e6,
        }
        total = sum(value for name, value in beside.items() if name.endswith("USD"))
        yield Row(COSTS, name, total, "USD", None, beside)


def _billed(inside: Inside, aws_url: str, invocation: Invocation, times: int = 7) -> float:
    subject = built(invocation.function)
    environment = artifacts.environment(invocation.function, inside.values)
    environment |= {**CREDENTIALS, "AWS_ENDPOINT_URL": aws_url}
    event = json.dumps(invocation.event).encode()
    return median(billed_milliseconds(replace(subject, environment=environment), event, times))


def _dynamodb(calls: list[Call]) -> float:
    return units.written(calls) * WRITE_UNIT + units.read(calls) * READ_UNIT


def _gigabytes(function: str) -> float:
    everywhere = template.template()["Globals"]["Function"]["MemorySize"]
    return float(template.functions()[function].get("MemorySize", everywhere)) / 1024
