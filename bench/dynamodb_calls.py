"""DynamoDB calls and consumed capacity units of each API request."""

import re
from collections.abc import Iterator, Mapping

from bench import capacity_units
from bench.aws_calls import AwsCall
from bench.in_process import Invocation
from bench.rows import Row

SECTION = "DynamoDB calls per request"

# The design's limits with one shard: one read, two writes, one query and one read.
_READ_A_STORY, _UPLOAD, _LIST = 1, 2, 2
_BUDGETS = {
    r"GET /api/v\d/images/{story_id}": _READ_A_STORY,
    r"POST /api/v\d/images/upload": _UPLOAD,
    r"POST /images/upload": _UPLOAD,
    r"GET /api/v\d/images(/story-ids)?": _LIST,
    r"GET /images/(my-images|public)": _LIST,
    r"GET /sharing/.*": _LIST,
    r"GET /api/images/(styles|jobs)": _LIST,
}


def rows(invocations: Mapping[str, Invocation]) -> Iterator[Row]:
    for request, invocation in invocations.items():
        calls = dynamodb(invocation.calls)
        figures = {
            "read units": capacity_units.read(calls),
            "write units": capacity_units.written(calls),
        }
        yield Row(SECTION, request, len(calls), "calls", _budget(request), figures)


def dynamodb(calls: list[AwsCall]) -> list[AwsCall]:
    return [call for call in calls if call.service == "dynamodb"]


def _budget(request: str) -> int | None:
    budgets = (limit for pattern, limit in _BUDGETS.items() if re.fullmatch(pattern, request))
    return next(budgets, None)
