"""The host keeper stops an idle host; the next generation starts it."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest

from ops.stack import Stack
from tests.support import host_instance
from tests.support.generation import finished_job, read_job, start_job
from tests.support.host_instance import HostInstance
from tests.support.stories import eventually

Invoke = Callable[[str, Any], Any]
KEEPER = "HostKeeperFunction"


@pytest.fixture
def instance(aws: Callable[[str], Any], comfyui: httpx2.Client) -> HostInstance:
    return HostInstance(aws("ec2"), comfyui)


@pytest.fixture
def no_idle_time(aws: Callable[[str], Any], stack: Stack) -> Iterator[None]:
    # The message of a worker that another test has killed stays in flight for minutes.
    aws("sqs").purge_queue(QueueUrl=stack.physical("Generations"))
    with host_instance.no_idle_time(aws("lambda"), stack.physical(KEEPER)):
        yield


@pytest.mark.usefixtures("no_idle_time")
def test_an_idle_host_is_stopped_and_the_next_generation_starts_it(
    api: httpx2.Client, invoke: Invoke, instance: HostInstance
) -> None:
    assert finished_job(api, start_job(api))["state"] == "succeeded"

    def is_stopped() -> bool:  # the last message of a job may still be in flight
        invoke(KEEPER, {})
        return instance.state() == "stopped" and not instance.is_reachable()

    assert eventually(is_stopped)
    assert finished_job(api, start_job(api))["state"] == "succeeded"
    assert instance.state() == "running"


@pytest.mark.usefixtures("no_idle_time")
def test_a_busy_host_is_not_stopped(
    api: httpx2.Client, comfyui: httpx2.Client, invoke: Invoke, instance: HostInstance
) -> None:
    comfyui.post("/_faults", json={"on": "run", "kind": "slow_run", "seconds": 30})
    job_id = start_job(api)
    assert eventually(lambda: read_job(api, job_id)["progress"] == "running")

    invoke(KEEPER, {})

    assert instance.state() == "running"
    api.delete(f"/api/images/jobs/{job_id}")


def test_a_host_that_was_just_used_is_not_stopped(
    api: httpx2.Client, invoke: Invoke, instance: HostInstance
) -> None:
    assert finished_job(api, start_job(api))["state"] == "succeeded"

    invoke(KEEPER, {})

    assert instance.state() == "running"
