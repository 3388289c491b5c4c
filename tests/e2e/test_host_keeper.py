"""The host costs nothing while nobody needs it, and is back for the next generation."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest

from ops.stack import Stack
from tests.support import host_instance
from tests.support.generation import begin, ended, job
from tests.support.host_instance import HostInstance
from tests.support.stories import eventually

Invoke = Callable[[str, Any], Any]
KEEPER = "HostKeeperFunction"


@pytest.fixture
def instance(aws: Callable[[str], Any], comfyui: httpx2.Client) -> HostInstance:
    return HostInstance(aws("ec2"), comfyui)


@pytest.fixture
def no_idle_time(aws: Callable[[str], Any], stack: Stack) -> Iterator[None]:
    # What a worker had that another test killed is in flight for minutes, and in the way.
    aws("sqs").purge_queue(QueueUrl=stack.physical("Generations"))
    with host_instance.no_idle_time(aws("lambda"), stack.physical(KEEPER)):
        yield


@pytest.mark.usefixtures("no_idle_time")
def test_an_idle_host_is_stopped_and_the_next_generation_wakes_it(
    api: httpx2.Client, invoke: Invoke, instance: HostInstance
) -> None:
    assert ended(api, begin(api))["state"] == "succeeded"

    def stopped() -> bool:  # the last message of a job may still be in flight
        invoke(KEEPER, {})
        return instance.state() == "stopped" and not instance.is_reachable()

    assert eventually(stopped)
    assert ended(api, begin(api))["state"] == "succeeded"
    assert instance.state() == "running"


@pytest.mark.usefixtures("no_idle_time")
def test_a_host_at_work_is_not_stopped(
    api: httpx2.Client, comfyui: httpx2.Client, invoke: Invoke, instance: HostInstance
) -> None:
    comfyui.post("/_faults", json={"on": "run", "kind": "slow_run", "seconds": 30})
    job_id = begin(api)
    assert eventually(lambda: job(api, job_id)["progress"] == "running")

    invoke(KEEPER, {})

    assert instance.state() == "running"
    api.delete(f"/api/images/jobs/{job_id}")


def test_a_host_that_was_just_used_is_not_stopped(
    api: httpx2.Client, invoke: Invoke, instance: HostInstance
) -> None:
    assert ended(api, begin(api))["state"] == "succeeded"

    invoke(KEEPER, {})

    assert instance.state() == "running"
