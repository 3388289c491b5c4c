"""The generation contract's host routes."""

from comfyui_host import service
from comfyui_host.schemas import HostStarted, HostStatus
from darkroom.web.hardened import REQUIRE_ADMINISTRATOR
from darkroom.web.openapi_responses import error_responses
from darkroom.web.routers import group_router

router = group_router(prefix="/api/images/comfyui", tags=["comfyui"])


@router.get("/status")
async def get_status() -> HostStatus:
    """The status of the host. Always succeeds."""
    return service.status()


@router.post(
    "/start",
    dependencies=[REQUIRE_ADMINISTRATOR],
    responses=error_responses({500: service.STILL_STOPPING}),
)
async def start_host() -> HostStarted:
    """Starts the host if it is not running."""
    if service.start():
        return HostStarted(message="ComfyUI started successfully")
    return HostStarted(message="ComfyUI is starting")
