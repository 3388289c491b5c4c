"""A reverse proxy that adds the behaviour of API Gateway that MiniStack lacks.

It takes the place of a custom domain, so its paths do not contain the stage. In addition, and
unlike AWS, it limits the number of concurrent requests and queues the rest: a development machine
has few cores on which functions can start.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import request_response

from local.edge.gateway_responses import read_gateway_response
from local.edge.limits import is_too_large
from local.settings import HOST, Settings

STAGE = "live"
METHODS = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
HOP_BY_HOP = {"connection", "content-length", "host", "keep-alive", "transfer-encoding", "upgrade"}


def create_app(aws_port: int, api_id: str, concurrency: int) -> Starlette:
    settings = Settings(aws_port=aws_port)
    too_large = read_gateway_response(settings, api_id, "REQUEST_TOO_LARGE", 413)
    server_error = read_gateway_response(settings, api_id, "DEFAULT_5XX", 502)
    base = f"http://{HOST}:{aws_port}/restapis/{api_id}/{STAGE}/_user_request_"

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, httpx2.AsyncClient]]:
        # The function's timeout covers the gateway's 29 seconds; the rest allows for cold starts.
        # The time in the queue for a connection does not count.
        timeout, limits = httpx2.Timeout(60, pool=None), httpx2.Limits(max_connections=concurrency)
        async with httpx2.AsyncClient(timeout=timeout, limits=limits) as client:
            yield {"client": client}

    async def forward(request: Request) -> Response:
        if request.method not in METHODS:
            return Response(status_code=405, headers={"Allow": ", ".join(METHODS)})
        body = await request.body()
        if is_too_large(request, body):
            return too_large.response()
        try:
            upstream = await request.state.client.request(
                request.method, _url(base, request), headers=_request_headers(request), content=body
            )
        except httpx2.TransportError:
            return server_error.response()
        # MiniStack has its own body for a function that crashed or timed out.
        return server_error.response() if upstream.status_code == 502 else _response(upstream)

    app = Starlette(lifespan=lifespan)
    # The pattern of a route would not match paths that contain a line end.
    app.router.default = request_response(forward)
    return app


def _url(base: str, request: Request) -> str:
    # MiniStack decodes a path once; AWS passes it on unchanged.
    raw_path = request.scope["raw_path"].decode("latin-1").split("?")[0].replace("%", "%25")
    query = request.scope["query_string"].decode("latin-1")
    return f"{base}{raw_path}" + (f"?{query}" if query else "")


def _request_headers(request: Request) -> list[tuple[str, str]]:
    headers = [(name, value) for name, value in request.headers.items() if name not in HOP_BY_HOP]
    client = request.client.host if request.client else HOST
    return [*headers, ("x-forwarded-for", client), ("x-forwarded-proto", request.url.scheme)]


def _response(upstream: httpx2.Response) -> Response:
    response = Response(upstream.content, upstream.status_code)
    from_gateway = "x-amzn-errortype" in upstream.headers
    del response.headers["content-length"]
    for name, value in upstream.headers.multi_items():
        if name not in HOP_BY_HOP - {"content-length"}:
            response.headers.append(_remap(name, from_gateway), _without_stage(name, value))
    return response


def _remap(name: str, from_gateway: bool) -> str:
    # AWS renames this header of a function's response, but not of a gateway response.
    is_remapped = name == "www-authenticate" and not from_gateway
    return "x-amzn-remapped-www-authenticate" if is_remapped else name


def _without_stage(name: str, value: str) -> str:
    if name == "link":
        return value.replace(f"</{STAGE}/", "</")
    return value.removeprefix(f"/{STAGE}") if name == "location" else value
