"""Deploys the build to the emulated account."""

import os
import platform
import subprocess
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from local.settings import (
    API_KEY,
    API_SECRET,
    CLOUD_NAME,
    HOST,
    REGION,
    STACK,
    LocalCloudError,
    Settings,
)
from ops.deploy import configured, release
from ops.sam import deploy_command

# The administrator of the emulated account; functions run with their own roles.
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}

CLOUDINARY_PARAMETER = "/darkroom/cloudinary-url"


def client(settings: Settings, service: str, config: Config | None = None) -> Any:
    return boto3.client(
        service,  # type: ignore[call-overload]
        config=config,
        endpoint_url=settings.aws_url,
        region_name=REGION,
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
    )


def put_secrets(settings: Settings) -> None:
    emulator = (
        f"cloudinary://{API_KEY}:{API_SECRET}@{CLOUD_NAME}"
        f"?upload_prefix=http://{HOST}:{settings.cloudinary_port}"
    )
    client(settings, "ssm").put_parameter(
        Name=CLOUDINARY_PARAMETER,
        Value=settings.cloudinary_url or emulator,
        Type="SecureString",
        Overwrite=True,
    )


def deploy(settings: Settings) -> str:
    """Deploy the build and return the API's id. Raises `LocalCloudError`."""
    log = settings.logs / "deploy.log"
    command = deploy_command(settings.environment, settings.build, _parameters(settings))
    with log.open("wb") as output:
        outcome = subprocess.run(
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=_environment(settings),
            check=False,
        )
    if outcome.returncode:
        raise LocalCloudError(f"sam deploy failed: {_last_line(log)} (see {log})")
    return outputs(settings)["ApiId"]


def outputs(settings: Settings) -> dict[str, str]:
    stack = client(settings, "cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def _parameters(settings: Settings) -> dict[str, str]:
    version = ".".join(platform.python_version_tuple()[:2])
    machine = "arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64"
    parameters = {
        **configured(settings.environment),
        "CanaryEnabled": "false",  # MiniStack has no CodeDeploy
        "RequireInstanceTag": "false",  # it does not evaluate conditions on tags
        "RequireTls": "false",  # it serves plain HTTP
        "Runtime": f"python{version}",
        "Architecture": machine,
        "LocalOrigins": f"http://{HOST}:*",
        "CleanupBackoffSeconds": "1",
        "LateUploadSeconds": "2",
        "TokenKeysUrl": settings.aws_url,
        "ComfyuiUrl": settings.comfyui,
        # Only the stand-in runs on an (emulated) instance; a real host is never stopped.
        "ComfyuiInstanceTag": "" if settings.comfyui_url else STACK,
        **settings.parameters,
    }
    parameters["Release"] = release(parameters, settings.build)
    return parameters


def _environment(settings: Settings) -> dict[str, str]:
    return {
        **os.environ,
        **CREDENTIALS,
        "AWS_ENDPOINT_URL": settings.aws_url,
        "AWS_DEFAULT_REGION": REGION,
        "SAM_CLI_TELEMETRY": "0",
    }


def _last_line(log: Path) -> str:
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1].strip() if lines else "no output"
