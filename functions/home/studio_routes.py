"""The studio: a web page that uses only the public API."""

from fastapi import Response

from darkroom import settings
from darkroom.errors import NotFoundError
from darkroom.web.routers import group_router
from home import studio_assets
from home.docs_routes import NOT_FOUND
from home.studio_assets import Asset

UPLOAD_ORIGINS = settings.text("UPLOAD_ORIGINS")
LOCAL_ORIGINS = settings.optional("LOCAL_ORIGINS") or ""

# Only this API's scripts run; other hosts serve pictures and receive direct uploads.
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        f"img-src 'self' blob: data: https: {LOCAL_ORIGINS}".rstrip(),
        f"connect-src 'self' {UPLOAD_ORIGINS} {LOCAL_ORIGINS}".rstrip(),
        "base-uri 'self'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)
PAGE_HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-cache",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}

router = group_router(prefix="/studio", include_in_schema=False)


@router.get("")
async def get_studio() -> Response:
    return _respond(studio_assets.page("studio"), PAGE_HEADERS)


# With the slash, relative URLs begin one level lower.
@router.get("/")
async def get_studio_with_slash() -> Response:
    return _respond(studio_assets.page("../studio"), PAGE_HEADERS)


@router.get("/assets/{name}")
async def get_asset(name: str) -> Response:
    asset = studio_assets.assets().get(name)
    if asset is None:
        raise NotFoundError(NOT_FOUND)
    return _respond(asset, FOREVER)


def _respond(asset: Asset, headers: dict[str, str]) -> Response:
    return Response(asset.content, headers=headers, media_type=asset.media_type)
