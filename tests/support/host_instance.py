"""Start and stop the EC2 instance of the ComfyUI stand-in, and read its state."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2

from local.comfyui.instance import TAG
from local.settings import STACK
from tests.support.stories import eventually


@dataclass(frozen=True)
class HostInstance:
    ec2: Any
    comfyui: httpx2.Client

    def stop(self) -> None:
        self.ec2.stop_instances(InstanceIds=[self._describe()["InstanceId"]])
        assert eventually(lambda: not self.is_reachable())

    def start(self) -> None:
        self.ec2.start_instances(InstanceIds=[self._describe()["InstanceId"]])
        assert eventually(self.is_reachable)

    def state(self) -> str:
        return str(self._describe()["State"]["Name"])

    def is_reachable(self) -> bool:
        try:
            return self.comfyui.get("/prompt").status_code == 200
        except httpx2.HTTPError:
            return False

    def _describe(self) -> dict[str, Any]:
        filters = [{"Name": f"tag:{TAG}", "Values": [STACK]}]
        (group,) = self.ec2.describe_instances(Filters=filters)["Reservations"]
        instance: dict[str, Any] = group["Instances"][0]
        return instance


@contextmanager
def no_idle_time(functions: Any, keeper: str) -> Iterator[None]:
    """Make the host keeper stop an idle host immediately.

    This changes only $LATEST; the schedule invokes a published version.
    """
    configuration = functions.get_function_configuration(FunctionName=keeper)
    variables = configuration["Environment"]["Variables"]

    def set_variables(**changes: str) -> None:
        functions.update_function_configuration(
            FunctionName=keeper, Environment={"Variables": {**variables, **changes}}
        )

    set_variables(HOST_IDLE_SECONDS="0")
    try:
        yield
    finally:
        set_variables()
