"""The EC2 instance that the host runs on, known by its tag; there may be none."""

from datetime import datetime
from functools import cache
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import get_session

from darkroom import settings
from darkroom.errors import HostStartError

TAG = "darkroom-comfyui"
VALUE = settings.optional("COMFYUI_INSTANCE_TAG")

_COMING = {"pending", "running"}


def is_configured() -> bool:
    return VALUE is not None


def is_coming() -> bool:
    """Whether the instance runs or boots, so that the host answers now or soon."""
    return is_configured() and _described()["State"]["Name"] in _COMING


def running_since() -> datetime | None:
    """When the instance was last started; None while it does not run, or when there is none."""
    if not is_configured():
        return None
    described = _described()
    started: datetime = described["LaunchTime"]
    return started if described["State"]["Name"] == "running" else None


def stop() -> None:
    _client().stop_instances(InstanceIds=[_described()["InstanceId"]])


def start() -> bool:
    """Start the instance; False while it still stops, which has to end first.

    Raises `HostStartError` when there is none, or when AWS refuses.
    """
    try:
        _client().start_instances(InstanceIds=[_described()["InstanceId"]])
    except ClientError as error:
        if error.response["Error"]["Code"] == "IncorrectInstanceState":
            return False
        raise HostStartError("The instance cannot be started") from error
    return True


def _described() -> dict[str, Any]:
    """What EC2 says of the instance. Raises `HostStartError`."""
    if not is_configured():
        raise HostStartError("No ComfyUI instance is configured")
    filters = [
        {"Name": f"tag:{TAG}", "Values": [VALUE]},
        {"Name": "instance-state-name", "Values": ["pending", "running", "stopping", "stopped"]},
    ]
    try:
        answer = _client().describe_instances(Filters=filters)
    except (BotoCoreError, ClientError) as error:
        raise HostStartError("EC2 is not available") from error
    found = [instance for group in answer["Reservations"] for instance in group["Instances"]]
    if not found:
        raise HostStartError("No instance has the configured tag")
    described: dict[str, Any] = found[0]
    return described


@cache
def _client() -> Any:
    return get_session().create_client("ec2")
