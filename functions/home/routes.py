"""The gallery contract's two open routes. They use no other service."""

from darkroom.web.routers import group_router
from home import docs_routes, studio_routes
from home.schemas import Health, Welcome

router = group_router(
    tags=["home"], routes=[*docs_routes.router.routes, *studio_routes.router.routes]
)


@router.get("/")
async def get_welcome() -> Welcome:
    """The name and version of this API."""
    return Welcome()


@router.get("/health")
async def get_health() -> Health:
    """Whether this API responds. Does not check the services that it uses."""
    return Health()
