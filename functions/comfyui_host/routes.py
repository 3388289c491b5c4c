"""The generation contract's calls about the host."""

from comfyui_host import service
from comfyui_host.schemas import HostStarted, HostStatus
from darkroom.web.hardened import ASK_FOR_ADMINISTRATOR
from darkroom.web.openapi_responses import refusals
from darkroom.web.routers import group_router

router = group_router(prefix="/api/images/comfyui", tags=["comfyui"])


@router.get("/status")
async def get_status() -> HostStatus:
    """How the host is. Never fails."""
    return service.status()


@router.post(
    "/start",
    dependencies=[ASK_FOR_ADMINISTRATOR],
    responses=refusals({500: "The instance is still stopping"}),
)
async def start_host() -> HostStarted:
    """Starts the host, unless it runs."""
    if service.start():
        return HostStarted(message="ComfyUI started successfully")
    return HostStarted(message="ComfyUI is starting")
