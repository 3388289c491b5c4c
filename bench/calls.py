"""DynamoDB calls and consumed units of each call of the API, counted."""

import re
from collections.abc import Iterator, Mapping

from bench import units
from bench.inside import Invocation
from bench.rows import Row
from bench.wire import Call

SECTION = "DynamoDB calls of one call"

# What the design allows with one shard: one read, two writes, one query and one read.
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
    for name, invocation in invocations.items():
        found = dynamodb(invocation.calls)
        beside = {"read units": units.read(found), "write units": units.written(found)}
        yield Row(SECTION, name, len(found), "calls", _budget(name), beside)


def dynamodb(calls: list[Call]) -> list[Call]:
    return [call for call in calls if call.service == "dynamodb"]


def _budget(name: str) -> int | None:
    return next((limit for shape, limit in _BUDGETS.items() if re.fullmatch(shape, name)), None)
