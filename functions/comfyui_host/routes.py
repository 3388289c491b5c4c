"""The generation contract's calls about the host."""

from fastapi import APIRouter

from comfyui_host import service
from comfyui_host.schemas import HostStarted, HostStatus
from darkroom.web.guards import ASK_FOR_ADMINISTRATOR

router = APIRouter(prefix="/api/images/comfyui", tags=["comfyui"])


@router.get("/status")
def get_status() -> HostStatus:
    return service.status()


@router.post("/start", dependencies=[ASK_FOR_ADMINISTRATOR])
def start_host() -> HostStarted:
    if service.start():
        return HostStarted(message="ComfyUI started successfully")
    return HostStarted(message="ComfyUI is starting")
