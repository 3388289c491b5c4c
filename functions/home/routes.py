"""The gallery contract's two open calls. They depend on nothing, so they tell of this
function alone."""

from darkroom.web.routers import group_router
from home import docs_routes, studio_routes
from home.schemas import Health, Welcome

router = group_router(
    tags=["home"], routes=[*docs_routes.router.routes, *studio_routes.router.routes]
)


@router.get("/")
async def get_welcome() -> Welcome:
    """What this API is."""
    return Welcome()


@router.get("/health")
async def get_health() -> Health:
    """That this API is up. Looks at nothing behind it."""
    return Health()
