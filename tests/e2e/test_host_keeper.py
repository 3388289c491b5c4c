"""The host costs nothing while nobody needs it, and is back for the next generation."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest

from local.comfyui.instance import TAG
from local.settings import STACK
from ops.stack import Stack
from tests.support.generation import begin, ended, job
from tests.support.stories import eventually

Invoke = Callable[[str, Any], Any]
KEEPER = "HostKeeperFunction"


@pytest.fixture
def state(aws: Callable[[str], Any]) -> Callable[[], str]:
    def told() -> str:
        found = aws("ec2").describe_instances(Filters=[{"Name": f"tag:{TAG}", "Values": [STACK]}])
        return str(found["Reservations"][0]["Instances"][0]["State"]["Name"])

    return told


@pytest.fixture
def impatient(aws: Callable[[str], Any], stack: Stack) -> Iterator[None]:
    """A keeper to whom a host is idle at once; the scheduled one, an older version, is not."""
    # What a worker had that another test killed is in flight for minutes, and in the way.
    aws("sqs").purge_queue(QueueUrl=stack.physical("Generations"))
    name, functions = stack.physical(KEEPER), aws("lambda")
    variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]

    def set_idle(seconds: str) -> None:
        functions.update_function_configuration(
            FunctionName=name, Environment={"Variables": variables | {"HOST_IDLE_SECONDS": seconds}}
        )

    set_idle("0")
    yield
    set_idle(variables["HOST_IDLE_SECONDS"])


def answers(comfyui: httpx2.Client) -> bool:
    try:
        return comfyui.get("/prompt").status_code == 200
    except httpx2.HTTPError:
        return False


@pytest.mark.usefixtures("impatient")
def test_an_idle_host_is_stopped_and_the_next_generation_wakes_it(
    api: httpx2.Client, comfyui: httpx2.Client, invoke: Invoke, state: Callable[[], str]
) -> None:
    assert ended(api, begin(api))["state"] == "succeeded"

    def stopped() -> bool:  # the last message of a job may still be in flight
        invoke(KEEPER, {})
        return state() == "stopped" and not answers(comfyui)

    assert eventually(stopped)
    assert ended(api, begin(api))["state"] == "succeeded"
    assert state() == "running"


@pytest.mark.usefixtures("impatient")
def test_a_host_at_work_is_not_stopped(
    api: httpx2.Client, comfyui: httpx2.Client, invoke: Invoke, state: Callable[[], str]
) -> None:
    comfyui.post("/_faults", json={"on": "run", "kind": "slow_run", "seconds": 30})
    job_id = begin(api)
    assert eventually(lambda: job(api, job_id)["progress"] == "running")

    invoke(KEEPER, {})

    assert state() == "running"
    api.delete(f"/api/images/jobs/{job_id}")


def test_a_host_that_was_just_used_is_not_stopped(
    api: httpx2.Client, invoke: Invoke, state: Callable[[], str]
) -> None:
    assert ended(api, begin(api))["state"] == "succeeded"

    invoke(KEEPER, {})

    assert state() == "running"
