"""An HTTP transport that ends in the functions: requests become API Gateway events as AWS makes
them, with the path still encoded and multipart bodies in base64."""

import base64
import re
import time
import uuid
from typing import Any

import httpx2

from tests.support import template
from tests.support.functions import Functions

STAGE = "live"


class Gateway(httpx2.BaseTransport):
    def __init__(self, functions: Functions) -> None:
        self._functions = functions
        self._routes = routes()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        request.read()
        path = request.url.raw_path.decode().split("?")[0]
        function, resource = self._match(path)
        answer = self._functions.invoke(function, event(request, path, resource))
        return response(answer)

    def _match(self, path: str) -> tuple[str, str]:
        """The most specific route: literal segments win over `{proxy+}`."""
        for resource, function in self._routes:
            pattern = re.escape(resource).replace(r"\{proxy\+\}", ".+") + "/?"
            if re.fullmatch(pattern, path):
                return function, resource
        raise AssertionError(f"no route for {path}")


def routes() -> list[tuple[str, str]]:
    """Path and function of every API event of the template, longest first."""
    found = [
        (trigger["Properties"]["Path"], name)
        for name, function in template.functions().items()
        for trigger in function.get("Events", {}).values()
        if trigger["Type"] == "Api"
    ]
    return sorted(found, key=lambda route: -len(route[0].replace("{proxy+}", "")))


def event(request: httpx2.Request, path: str, resource: str) -> dict[str, Any]:
    headers = {name.title(): value for name, value in request.headers.items()}
    query = request.url.params
    is_binary = headers.get("Content-Type", "").startswith("multipart/form-data")
    proxy = re.fullmatch(re.escape(resource).replace(r"\{proxy\+\}", "(.+?)") + "/?", path)
    return {
        "resource": resource,
        "path": path,
        "httpMethod": request.method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": dict(query) or None,
        "multiValueQueryStringParameters": {k: query.get_list(k) for k in query} or None,
        "pathParameters": {"proxy": proxy[1]} if proxy and proxy.groups() else None,
        "stageVariables": None,
        "requestContext": _context(request, path, resource),
        "body": _body(request.content, is_binary),
        "isBase64Encoded": is_binary and bool(request.content),
    }


def response(answer: dict[str, Any]) -> httpx2.Response:
    multi = answer.get("multiValueHeaders") or {}
    headers = list((answer.get("headers") or {}).items())
    headers += [(name, value) for name, values in multi.items() for value in values]
    assert not answer.get("isBase64Encoded")
    return httpx2.Response(answer["statusCode"], headers=headers, text=answer["body"])


def _context(request: httpx2.Request, path: str, resource: str) -> dict[str, Any]:
    return {
        "accountId": "000000000000",
        "apiId": "a1b2c3d4e5",
        "domainName": "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
        "httpMethod": request.method,
        "identity": {"sourceIp": "203.0.113.7", "userAgent": request.headers.get("user-agent")},
        "path": f"/{STAGE}{path}",
        "protocol": "HTTP/1.1",
        "requestId": str(uuid.uuid4()),
        "requestTimeEpoch": int(time.time() * 1000),
        "resourcePath": resource,
        "stage": STAGE,
    }


def _body(content: bytes, is_binary: bool) -> str | None:
    if not content:
        return None
    return base64.b64encode(content).decode() if is_binary else content.decode(errors="replace")
