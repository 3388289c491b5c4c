"""Starts the processes of the local cloud and deploys the stack to it."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from local import gateway, stack, versions
from local.comfyui import instance
from local.processes import require_free, running
from local.settings import (
    API_KEY,
    API_SECRET,
    CLOUD_NAME,
    HOST,
    ROOT,
    STACK,
    LocalCloudError,
    Settings,
)

MINISTACK = ROOT / ".venv-ministack" / "bin" / "python"
LAUNCHER = ROOT / "local" / "ministack" / "launch.py"


@contextmanager
def local_cloud(settings: Settings) -> Iterator[str]:
    """Run the whole local cloud; the value is the API's URL. Raises `LocalCloudError`."""
    _check(settings)
    settings.logs.mkdir(parents=True, exist_ok=True)
    with ExitStack() as services:
        services.enter_context(ministack(settings))
        if not settings.cloudinary_url:
            services.enter_context(cloudinary_emulator(settings))
        if not settings.comfyui_url:
            services.enter_context(comfyui_host(settings))
        stack.put_secrets(settings)
        api_id = stack.deploy(settings)
        versions.publish(settings)
        gateway.complete(settings, api_id)
        services.enter_context(_edge(settings, api_id))
        yield f"http://localhost:{settings.port}"


def _check(settings: Settings) -> None:
    if not (settings.build / "template.yaml").exists():
        raise LocalCloudError("Nothing is built yet: run make up, which builds first")
    require_free(settings.port, "PORT")
    require_free(settings.aws_port, "AWS_PORT")
    require_free(settings.cloudinary_port, "CLOUDINARY_PORT")
    if not settings.comfyui_url:  # a real host may use the same port
        require_free(settings.comfyui_port, "COMFYUI_PORT")


@contextmanager
def ministack(settings: Settings) -> Iterator[None]:
    """The emulated account with its stored state."""
    scratch = settings.data / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    env = {
        "AUTH": "true",  # every function has only the permissions of its role
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(settings.aws_port),
        "IOT_MTLS_ENABLED": "0",
        "PERSIST_STATE": "1",
        "STATE_DIR": str(settings.data / "aws"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(settings.data / "s3"),
        "TMPDIR": str(scratch),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    if settings.permissions:
        env["PERMISSIONS_LOG"] = str(settings.permissions)
    health = f"{settings.aws_url}/_ministack/health"
    try:
        with running([MINISTACK, LAUNCHER], settings.logs / "ministack.log", health, env):
            yield
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@contextmanager
def cloudinary_emulator(settings: Settings) -> Iterator[None]:
    command: list[str | Path] = [
        *(sys.executable, "-m", "local.cloudinary", "--host", HOST),
        *("--port", str(settings.cloudinary_port), "--data", settings.data / "cloudinary"),
        *("--cloud", CLOUD_NAME, "--api-key", API_KEY, "--api-secret", API_SECRET),
    ]
    health = f"http://{HOST}:{settings.cloudinary_port}/_health"
    with running(command, settings.logs / "cloudinary.log", health):
        yield


@contextmanager
def comfyui_host(settings: Settings) -> Iterator[None]:
    """The stand-in, which starts and stops with an EC2 instance of the emulated account."""
    instance.ensure_running(stack.client(settings, "ec2"), STACK)
    command: list[str | Path] = [
        *(sys.executable, "-m", "local.comfyui", "--host", HOST),
        *("--port", str(settings.comfyui_port), "--data", settings.data / "comfyui"),
        *("--seconds", str(settings.comfyui_seconds)),
        *("--instance", STACK, "--aws-port", str(settings.aws_port)),
    ]
    with running(command, settings.logs / "comfyui.log", f"{settings.comfyui}/_health"):
        yield


@contextmanager
def _edge(settings: Settings, api_id: str) -> Iterator[None]:
    command: list[str | Path] = [
        *(sys.executable, "-m", "local.edge", "--port", str(settings.port)),
        *("--aws-port", str(settings.aws_port), "--api-id", api_id),
        *("--concurrency", str(settings.concurrency)),
    ]
    health = f"http://{HOST}:{settings.port}/health"
    with running(command, settings.logs / "edge.log", health):
        yield
