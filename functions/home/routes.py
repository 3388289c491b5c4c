"""The gallery contract's two open calls. They depend on nothing, so they tell of this
function alone."""

from fastapi import APIRouter

from home import docs_routes, studio_routes
from home.schemas import Health, Welcome

router = APIRouter(tags=["home"])
router.include_router(docs_routes.router)
router.include_router(studio_routes.router)


@router.get("/")
async def get_welcome() -> Welcome:
    """What this API is."""
    return Welcome()


@router.get("/health")
async def get_health() -> Health:
    """That this API is up. Looks at nothing behind it."""
    return Health()
