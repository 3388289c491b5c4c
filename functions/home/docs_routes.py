"""The OpenAPI document and the pages that render it."""

from fastapi import Response
from fastapi.responses import HTMLResponse

from darkroom.errors import NotFoundError
from darkroom.web.openapi_responses import error_responses
from darkroom.web.routers import group_router
from home import documents

NOT_FOUND = "Not Found"
ONE_DAY = {"Cache-Control": "public, max-age=86400"}

router = group_router(tags=["home"])


@router.get("/openapi.json")
async def get_document() -> Response:
    """This OpenAPI document."""
    return Response(documents.text("openapi.json"), media_type="application/json")


@router.get("/docs", response_class=HTMLResponse)
async def get_swagger_ui() -> Response:
    """The document in Swagger UI, which can send requests."""
    return _page("docs.html")


@router.get("/redoc", response_class=HTMLResponse)
async def get_redoc() -> Response:
    """The document in ReDoc, for reading."""
    return _page("redoc.html")


@router.get(
    "/docs/{name}",
    response_class=Response,
    responses={
        200: {"content": {kind: {} for kind in documents.ASSETS.values()}},
        **error_responses({404: NOT_FOUND}),
    },
)
async def get_asset(name: str) -> Response:
    """A script or a style sheet of these pages."""
    if name not in documents.ASSETS:
        raise NotFoundError(NOT_FOUND)
    return Response(documents.asset(name), media_type=documents.ASSETS[name], headers=ONE_DAY)


def _page(name: str) -> Response:
    policy = {"Content-Security-Policy": documents.content_policy(name)}
    return HTMLResponse(documents.text(name), headers=policy)
