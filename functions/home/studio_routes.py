"""The studio: a page that uses this API as anybody may."""

from fastapi import Response

from darkroom import settings
from darkroom.errors import NotFoundError
from darkroom.web.routers import group_router
from home import studio_assets
from home.studio_assets import Asset

UPLOAD_ORIGINS = settings.text("UPLOAD_ORIGINS")
LOCAL_ORIGINS = settings.optional("LOCAL_ORIGINS") or ""

# Nothing from elsewhere runs or is asked for, but for pictures and the store of direct uploads.
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
    return _answer(studio_assets.page("studio"), PAGE_HEADERS)


# The slash would move every relative URL down by one.
@router.get("/")
async def get_studio_below() -> Response:
    return _answer(studio_assets.page("../studio"), PAGE_HEADERS)


@router.get("/assets/{name}")
async def get_asset(name: str) -> Response:
    asset = studio_assets.assets().get(name)
    if asset is None:
        raise NotFoundError("Not Found")
    return _answer(asset, FOREVER)


def _answer(asset: Asset, headers: dict[str, str]) -> Response:
    return Response(asset.content, headers=headers, media_type=asset.media_type)
