"""Sizes of the deployed artifacts, and the cost of a million requests."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from statistics import median

from bench import artifacts, capacity_units
from bench.aws_calls import AwsCall
from bench.cold_starts import built
from bench.dynamodb_calls import dynamodb
from bench.in_process import InProcess, Invocation
from bench.rows import Row
from bench.runtime_emulator import billed_milliseconds
from local.stack import CREDENTIALS
from ops import template

SIZES, COSTS = "Sizes", "Cost per million requests"

# List prices in us-east-1, USD, first tier, November 2026: Lambda on arm64, REST API, DynamoDB
# on demand.
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
    "POST /api/images/generate (asynchronous)",
)


def sizes() -> Iterator[Row]:
    """Unpacked sizes of the code and of each layer, bytecode included."""
    folders = {"functions": artifacts.code("HomeFunction")}
    folders |= {name: artifacts.BUILD / name for name in template.resources(_LAYER)}
    for name, folder in folders.items():
        figures = {"bytecode MiB": artifacts.size(folder, ".pyc") / 2**20}
        yield Row(SIZES, name, artifacts.size(folder) / 2**20, "MiB", None, figures)


def costs(
    functions: InProcess, aws_url: str, invocations: Mapping[str, Invocation]
) -> Iterator[Row]:
    """Costs by the durations that Lambda would bill for warm requests on this machine."""
    for name in PRICED:
        invocation = invocations[name]
        milliseconds = _billed(functions, aws_url, invocation)
        duration = milliseconds / 1000 * _gigabytes(invocation.function) * GIGABYTE_SECOND
        figures = {
            "billed ms": milliseconds,
            "Lambda USD": (REQUEST + duration) * 1e6,
            "gateway USD": GATEWAY * 1e6,
            "DynamoDB USD": _dynamodb(dynamodb(invocation.calls)) * 1e6,
        }
        total = sum(value for name, value in figures.items() if name.endswith("USD"))
        yield Row(COSTS, name, total, "USD", None, figures)


def _billed(functions: InProcess, aws_url: str, invocation: Invocation, samples: int = 7) -> float:
    spec = built(invocation.function)
    environment = artifacts.environment(invocation.function, functions.resource_ids)
    environment |= {**CREDENTIALS, "AWS_ENDPOINT_URL": aws_url}
    event = json.dumps(invocation.event).encode()
    return median(billed_milliseconds(replace(spec, environment=environment), event, samples))


def _dynamodb(calls: list[AwsCall]) -> float:
    return capacity_units.written(calls) * WRITE_UNIT + capacity_units.read(calls) * READ_UNIT


def _gigabytes(function: str) -> float:
    default = template.template()["Globals"]["Function"]["MemorySize"]
    return float(template.functions()[function].get("MemorySize", default)) / 1024
