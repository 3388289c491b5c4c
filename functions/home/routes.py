"""The gallery contract's two open calls. They depend on nothing, so they tell of this
function alone."""

from fastapi import APIRouter

from home.schemas import Health, Welcome

router = APIRouter()


@router.get("/")
def get_welcome() -> Welcome:
    return Welcome()


@router.get("/health")
def get_health() -> Health:
    return Health()
