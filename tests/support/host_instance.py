"""The EC2 instance that the ComfyUI stand-in obeys: how it is, and how it is stopped and woken."""

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
        self.ec2.stop_instances(InstanceIds=[self._described()["InstanceId"]])
        assert eventually(lambda: not self.answers())

    def wake(self) -> None:
        self.ec2.start_instances(InstanceIds=[self._described()["InstanceId"]])
        assert eventually(self.answers)

    def state(self) -> str:
        return str(self._described()["State"]["Name"])

    def answers(self) -> bool:
        try:
            return self.comfyui.get("/prompt").status_code == 200
        except httpx2.HTTPError:
            return False

    def _described(self) -> dict[str, Any]:
        filters = [{"Name": f"tag:{TAG}", "Values": [STACK]}]
        (group,) = self.ec2.describe_instances(Filters=filters)["Reservations"]
        described: dict[str, Any] = group["Instances"][0]
        return described


@contextmanager
def impatient(functions: Any, keeper: str) -> Iterator[None]:
    """A keeper to whom a host is idle at once; the scheduled one, an older version, is not."""
    found = functions.get_function_configuration(FunctionName=keeper)
    variables = found["Environment"]["Variables"]

    def set_variables(**changes: str) -> None:
        functions.update_function_configuration(
            FunctionName=keeper, Environment={"Variables": {**variables, **changes}}
        )

    set_variables(HOST_IDLE_SECONDS="0")
    try:
        yield
    finally:
        set_variables()
