"""The size limits that AWS enforces before it invokes a function."""

import json

from starlette.requests import Request

# API Gateway's quota for a payload, and Lambda's for the JSON of a synchronous event.
MAX_BODY = 10 * 1024 * 1024
MAX_EVENT = 6_291_456

# Estimated size of an event's context, identity and resource.
CONTEXT = 2_000


def is_too_large(request: Request, body: bytes) -> bool:
    return len(body) > MAX_BODY or _event_size(request, body) > MAX_EVENT


def _event_size(request: Request, body: bytes) -> int:
    # An event contains headers and query twice: as single values and as lists.
    headers_and_url = json.dumps(dict(request.headers)) + str(request.url)
    return CONTEXT + 2 * len(headers_and_url) + _body_size(request, body)


def _body_size(request: Request, body: bytes) -> int:
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        return (len(body) + 2) // 3 * 4
    return len(json.dumps(body.decode(errors="replace")))
