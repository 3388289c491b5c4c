"""An HTTP transport that invokes the functions: requests become API Gateway events as on AWS, with
the path still encoded and multipart bodies in base64."""

import base64
import re
import time
import uuid
from typing import Any, NamedTuple

import httpx2

from ops import template
from tests.support.functions import FunctionError, Functions

STAGE = "live"
_REMAPPED = {"www-authenticate": "x-amzn-Remapped-WWW-Authenticate"}


class Gateway(httpx2.BaseTransport):
    def __init__(self, functions: Functions) -> None:
        self._functions = functions
        self._routes = routes()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        request.read()
        path = request.url.raw_path.decode().split("?")[0]
        route = self._match(path)
        gateway_event = event(request, path, route.resource)
        if route.authorizer:
            try:
                gateway_event["requestContext"]["authorizer"] = self._authorize(
                    route.authorizer, gateway_event
                )
            except FunctionError as error:
                assert str(error) == "Unauthorized"
                return gateway_response("UNAUTHORIZED")
        return response(self._functions.invoke(route.function, gateway_event))

    def _match(self, path: str) -> "Route":
        """The most specific route: literal segments win over `{proxy+}`."""
        for route in self._routes:
            pattern = re.escape(route.resource).replace(r"\{proxy\+\}", ".+") + "/?"
            if re.fullmatch(pattern, path):
                return route
        raise AssertionError(f"no route for {path}")

    def _authorize(self, authorizer: str, gateway_event: dict[str, Any]) -> dict[str, Any]:
        """The authorizer's context. Raises `FunctionError` if the authorizer raises."""
        if "Authorization" not in gateway_event["headers"]:
            # The gateway invokes the authorizer only if the request has its identity source.
            raise FunctionError("Unauthorized")
        api = f"arn:aws:execute-api:us-east-1:000000000000:a1b2c3d4e5/{STAGE}"
        request = {"type": "REQUEST", "methodArn": f"{api}/{gateway_event['httpMethod']}/x"}
        policy = self._functions.invoke(authorizer, {**gateway_event, **request})
        context: dict[str, Any] = policy["context"]
        return context


class Route(NamedTuple):
    resource: str
    function: str
    authorizer: str | None


def routes() -> list[Route]:
    """Every API event of the template, the most specific first."""
    declared = [
        Route(
            trigger["Properties"]["Path"],
            name,
            _authorizer(trigger["Properties"].get("Auth", {}).get("Authorizer")),
        )
        for name, function in template.functions().items()
        for trigger in function.get("Events", {}).values()
        if trigger["Type"] == "Api"
    ]
    return sorted(declared, key=lambda route: -len(route.resource.replace("{proxy+}", "")))


def _authorizer(name: str | None) -> str | None:
    if name is None:
        return None
    authorizers = template.template()["Resources"]["Api"]["Properties"]["Auth"]["Authorizers"]
    function = authorizers[name]["FunctionArn"]["Ref"].removesuffix(".Alias")
    return str(function)


def gateway_response(kind: str) -> httpx2.Response:
    """A response of the gateway itself, which invokes no function."""
    api = template.template()["Resources"]["Api"]["Properties"]
    declared = api["GatewayResponses"][kind]
    headers = {
        name: value.strip("'")
        for name, value in declared["ResponseParameters"]["Headers"].items()
        if isinstance(value, str)
    }
    body = declared["ResponseTemplates"]["application/json"]
    headers |= {"Content-Type": "application/json", "Access-Control-Allow-Origin": "*"}
    return httpx2.Response(declared["StatusCode"], headers=headers, text=body)


def event(request: httpx2.Request, path: str, resource: str) -> dict[str, Any]:
    headers = {name.title(): value for name, value in request.headers.items()}
    query = request.url.params
    is_binary = headers.get("Content-Type", "").lower().startswith("multipart/form-data")
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


def response(result: dict[str, Any]) -> httpx2.Response:
    multi = result.get("multiValueHeaders") or {}
    headers = list((result.get("headers") or {}).items())
    headers += [(name, value) for name, values in multi.items() for value in values]
    assert not result.get("isBase64Encoded")
    # A REST API renames this header of a function's response.
    headers = [(_REMAPPED.get(name.lower(), name), value) for name, value in headers]
    return httpx2.Response(result["statusCode"], headers=headers, text=result["body"] or "")


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
