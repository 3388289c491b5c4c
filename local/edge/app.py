"""A thin reverse proxy that does what AWS does in front of a stage and MiniStack does not.

It stands where a custom domain would: the stage is not part of its paths. One thing AWS does not
do: so many requests go in at once, the rest wait here, since a machine has few cores to start
functions on.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import request_response

from local.edge.limits import is_too_large
from local.edge.refusals import refusal
from local.settings import HOST, Settings

STAGE = "live"
METHODS = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
HOP_BY_HOP = {"connection", "content-length", "host", "keep-alive", "transfer-encoding", "upgrade"}


def create_app(aws_port: int, api_id: str, concurrency: int) -> Starlette:
    settings = Settings(aws_port=aws_port)
    too_large = refusal(settings, api_id, "REQUEST_TOO_LARGE", 413)
    failed = refusal(settings, api_id, "DEFAULT_5XX", 502)
    base = f"http://{HOST}:{aws_port}/restapis/{api_id}/{STAGE}/_user_request_"

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, httpx2.AsyncClient]]:
        # The gateway's own 29 seconds are the function's timeout; what is left is for cold starts.
        # Who has no connection yet waits for one, and his time has not begun.
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
            answer = await request.state.client.request(
                request.method, _url(base, request), headers=_request_headers(request), content=body
            )
        except httpx2.TransportError:
            return failed.response()
        # MiniStack tells a function that crashed or timed out in words of its own.
        return failed.response() if answer.status_code == 502 else _response(answer)

    app = Starlette(lifespan=lifespan)
    # No route: its pattern would leave out paths with a line end in them.
    app.router.default = request_response(forward)
    return app


def _url(base: str, request: Request) -> str:
    # MiniStack decodes a path once, where AWS hands it on as it came.
    raw_path = request.scope["raw_path"].decode("latin-1").split("?")[0].replace("%", "%25")
    query = request.scope["query_string"].decode("latin-1")
    return f"{base}{raw_path}" + (f"?{query}" if query else "")


def _request_headers(request: Request) -> list[tuple[str, str]]:
    kept = [(name, value) for name, value in request.headers.items() if name not in HOP_BY_HOP]
    client = request.client.host if request.client else HOST
    return [*kept, ("x-forwarded-for", client), ("x-forwarded-proto", request.url.scheme)]


def _response(answer: httpx2.Response) -> Response:
    response = Response(answer.content, answer.status_code)
    from_gateway = "x-amzn-errortype" in answer.headers
    del response.headers["content-length"]
    for name, value in answer.headers.multi_items():
        if name not in HOP_BY_HOP - {"content-length"}:
            response.headers.append(_renamed(name, from_gateway), _outside(name, value))
    return response


def _renamed(name: str, from_gateway: bool) -> str:
    # AWS renames this header when a function sends it, and not on a gateway response.
    is_remapped = name == "www-authenticate" and not from_gateway
    return "x-amzn-remapped-www-authenticate" if is_remapped else name


def _outside(name: str, value: str) -> str:
    # Behind a custom domain the public path has no stage.
    if name == "link":
        return value.replace(f"</{STAGE}/", "</")
    return value.removeprefix(f"/{STAGE}") if name == "location" else value
