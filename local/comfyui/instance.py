"""The EC2 instance that the host is said to run on."""

from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

TAG = "darkroom-comfyui"
# Whoever watches asks again soon anyway.
WATCHING = Config(retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=2)
ALIVE = ["pending", "running", "stopping", "stopped"]


def ensure_running(ec2: Any, name: str) -> str:
    """The id of the one instance with the tag, made when there is none."""
    instances = _find(ec2, name)
    if not instances:
        answer = ec2.run_instances(
            ImageId="ami-00000000",
            InstanceType="g4dn.xlarge",
            MinCount=1,
            MaxCount=1,
            TagSpecifications=[
                {"ResourceType": "instance", "Tags": [{"Key": TAG, "Value": name}]},
            ],
        )
        return str(answer["Instances"][0]["InstanceId"])
    instance_id = str(instances[0]["InstanceId"])
    ec2.start_instances(InstanceIds=[instance_id])
    return instance_id


def is_running(ec2: Any, name: str, *, so_far: bool) -> bool:
    """What was so far goes on being true while the account does not answer."""
    try:
        return any(one["State"]["Name"] == "running" for one in _find(ec2, name))
    except (BotoCoreError, ClientError):
        return so_far


def _find(ec2: Any, name: str) -> list[Any]:
    answer = ec2.describe_instances(
        Filters=[
            {"Name": f"tag:{TAG}", "Values": [name]},
            {"Name": "instance-state-name", "Values": ALIVE},
        ]
    )
    return [instance for group in answer["Reservations"] for instance in group["Instances"]]
