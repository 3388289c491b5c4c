"""The API's document, the pages that show it, and what these are made of."""

from fastapi import Response
from fastapi.responses import HTMLResponse

from darkroom.errors import NotFoundError
from darkroom.web.openapi_responses import refusals
from darkroom.web.routers import group_router
from home import documents

A_DAY = {"Cache-Control": "public, max-age=86400"}

router = group_router(tags=["home"])


@router.get("/openapi.json")
async def get_document() -> Response:
    """This document."""
    return Response(documents.text("openapi.json"), media_type="application/json")


@router.get("/docs", response_class=HTMLResponse)
async def get_swagger_ui() -> Response:
    """The document as a page to try: Swagger UI."""
    return _page("docs.html")


@router.get("/redoc", response_class=HTMLResponse)
async def get_redoc() -> Response:
    """The document as a page to read: ReDoc."""
    return _page("redoc.html")


@router.get(
    "/docs/{name}",
    response_class=Response,
    responses={
        200: {"content": {kind: {} for kind in documents.ASSETS.values()}},
        **refusals({404: "Not Found"}),
    },
)
async def get_asset(name: str) -> Response:
    """A script or a style of these pages."""
    if name not in documents.ASSETS:
        raise NotFoundError("Not Found")
    return Response(documents.asset(name), media_type=documents.ASSETS[name], headers=A_DAY)


def _page(name: str) -> Response:
    policy = {"Content-Security-Policy": documents.content_policy(name)}
    return HTMLResponse(documents.text(name), headers=policy)
