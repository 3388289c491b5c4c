"""The EC2 instance of the ComfyUI host, identified by its tag; a deployment may have none."""

from datetime import datetime
from functools import cache
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import get_session

from darkroom import settings
from darkroom.errors import HostStartError

TAG = "darkroom-comfyui"
TAG_VALUE = settings.optional("COMFYUI_INSTANCE_TAG")

_STARTED = {"pending", "running"}


def is_configured() -> bool:
    return TAG_VALUE is not None


def is_started() -> bool:
    """Whether the instance is running or booting."""
    return is_configured() and _describe()["State"]["Name"] in _STARTED


def running_since() -> datetime | None:
    """The time of the last start; None if the instance is not running or not configured."""
    if not is_configured():
        return None
    description = _describe()
    launch_time: datetime = description["LaunchTime"]
    return launch_time if description["State"]["Name"] == "running" else None


def stop() -> None:
    _client().stop_instances(InstanceIds=[_describe()["InstanceId"]])


def start() -> bool:
    """Start the instance; return False while it is still stopping.

    Raises `HostStartError` if there is no instance or AWS rejects the call.
    """
    try:
        _client().start_instances(InstanceIds=[_describe()["InstanceId"]])
    except ClientError as error:
        if error.response["Error"]["Code"] == "IncorrectInstanceState":
            return False
        raise HostStartError("The instance cannot be started") from error
    return True


def _describe() -> dict[str, Any]:
    """EC2's description of the instance. Raises `HostStartError`."""
    if not is_configured():
        raise HostStartError("No ComfyUI instance is configured")
    filters = [
        {"Name": f"tag:{TAG}", "Values": [TAG_VALUE]},
        {"Name": "instance-state-name", "Values": ["pending", "running", "stopping", "stopped"]},
    ]
    try:
        response = _client().describe_instances(Filters=filters)
    except (BotoCoreError, ClientError) as error:
        raise HostStartError("EC2 is not available") from error
    instances = [item for group in response["Reservations"] for item in group["Instances"]]
    if not instances:
        raise HostStartError("No instance has the configured tag")
    description: dict[str, Any] = instances[0]
    return description


@cache
def _client() -> Any:
    return get_session().create_client("ec2")
