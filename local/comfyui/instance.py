"""The emulated EC2 instance of the host."""

from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

TAG = "darkroom-comfyui"
# No retries: the next poll follows soon.
POLL_CONFIG = Config(retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=2)
NOT_TERMINATED = ["pending", "running", "stopping", "stopped"]


def ensure_running(ec2: Any, name: str) -> str:
    """Start the instance with the tag, or create it; return its id."""
    instances = _describe_instances(ec2, name)
    if not instances:
        response = ec2.run_instances(
            ImageId="ami-00000000",
            InstanceType="g4dn.xlarge",
            MinCount=1,
            MaxCount=1,
            TagSpecifications=[
                {"ResourceType": "instance", "Tags": [{"Key": TAG, "Value": name}]},
            ],
        )
        return str(response["Instances"][0]["InstanceId"])
    instance_id = str(instances[0]["InstanceId"])
    ec2.start_instances(InstanceIds=[instance_id])
    return instance_id


def is_running(ec2: Any, name: str, *, last_known: bool) -> bool:
    """Return `last_known` if EC2 does not respond."""
    try:
        return any(one["State"]["Name"] == "running" for one in _describe_instances(ec2, name))
    except (BotoCoreError, ClientError):
        return last_known


def _describe_instances(ec2: Any, name: str) -> list[Any]:
    response = ec2.describe_instances(
        Filters=[
            {"Name": f"tag:{TAG}", "Values": [name]},
            {"Name": "instance-state-name", "Values": NOT_TERMINATED},
        ]
    )
    return [instance for group in response["Reservations"] for instance in group["Instances"]]
