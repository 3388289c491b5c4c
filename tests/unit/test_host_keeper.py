"""The host is stopped when all agree that nobody needs it, and jobs do not stay open for good."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ec2.models import ec2_backends

from darkroom import clock
from darkroom.comfyui import instance
from darkroom.models import job as jobs
from darkroom.models.host_lock import HostLock
from darkroom.models.job import Inputs, Job, State
from darkroom.models.job_request import create_job
from host_keeper import app, service
from local.comfyui.instance import ensure_running
from local.settings import REGION
from tests.unit.darkroom.conftest import dynamodb, tables

__all__ = ["dynamodb", "tables"]

TAG = "ours"
INPUTS = {
    **dict.fromkeys(("prompt", "negative_prompt", "checkpoint", "sampler_name", "scheduler"), "x"),
    **dict.fromkeys(("width", "height", "steps", "cfg_scale", "seed", "count"), 1),
}


@pytest.fixture(autouse=True)
def host(tables: None, monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """An instance that was started long ago; gives the state that it is in."""
    monkeypatch.setattr(instance, "TAG_VALUE", TAG)
    ec2 = boto3.client("ec2")
    ensure_running(ec2, TAG)
    (started,) = ec2_backends[DEFAULT_ACCOUNT_ID][REGION].all_instances()
    started.launch_time -= timedelta(days=1)
    return lambda: str(started.state)


@pytest.fixture(autouse=True)
def sqs(host: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    client = boto3.client("sqs")
    url = client.create_queue(QueueName="Generations")["QueueUrl"]
    monkeypatch.setattr(service, "QUEUE", url)
    return client


def new_job() -> Job:
    job = Job.new("anyone", Inputs(**INPUTS), timedelta())
    create_job(job, None)
    return job


def keep() -> None:
    service.fail_overdue_jobs()
    service.stop_idle_host()


def used(ago: timedelta) -> None:
    HostLock(used_at=clock.instant(datetime.now(UTC) - ago)).save()


def test_an_idle_host_is_stopped(host: Callable[[], str]) -> None:
    keep()

    assert host() == "stopped"


def test_a_host_that_was_used_long_ago_is_stopped(host: Callable[[], str]) -> None:
    used(service.IDLE + timedelta(seconds=1))

    keep()

    assert host() == "stopped"


def test_a_host_that_was_used_a_while_ago_runs_on(host: Callable[[], str]) -> None:
    used(service.IDLE - timedelta(minutes=1))

    keep()

    assert host() == "running"


def test_a_host_that_was_just_started_runs_on(host: Callable[[], str]) -> None:
    (started,) = ec2_backends[DEFAULT_ACCOUNT_ID][REGION].all_instances()
    started.launch_time += timedelta(days=1)

    keep()

    assert host() == "running"


def test_an_open_job_keeps_the_host_running(host: Callable[[], str]) -> None:
    new_job()

    keep()

    assert host() == "running"


@pytest.mark.parametrize("state", ["visible", "delayed", "in flight"])
def test_a_message_keeps_the_host_running(host: Callable[[], str], sqs: Any, state: str) -> None:
    delay = 900 if state == "delayed" else 0
    sqs.send_message(QueueUrl=service.QUEUE, MessageBody="{}", DelaySeconds=delay)
    if state == "in flight":
        assert sqs.receive_message(QueueUrl=service.QUEUE)["Messages"]

    keep()

    assert host() == "running"


def test_a_host_that_is_stopped_stays_so(host: Callable[[], str]) -> None:
    instance.stop()

    keep()

    assert host() == "stopped"


def test_a_host_that_is_none_of_ours_is_left_alone(
    host: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instance, "TAG_VALUE", None)

    keep()

    assert host() == "running"


def test_a_job_that_nobody_ended_is_closed_and_frees_the_host(
    host: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "DEADLINE", -service.GRACE - timedelta(minutes=1))
    job = new_job()
    monkeypatch.setattr(jobs, "DEADLINE", timedelta())
    monkeypatch.setattr(service, "GRACE", timedelta())

    keep()

    assert Job.find(job.job_id).state == State.FAILED
    assert host() == "stopped"


def test_a_worker_gets_the_time_to_end_its_own_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "DEADLINE", timedelta(seconds=-1))
    job = new_job()

    keep()

    assert Job.find(job.job_id).state == State.QUEUED


def test_the_schedule_does_both(host: Callable[[], str]) -> None:
    class Context:
        function_name = memory_limit_in_mb = invoked_function_arn = aws_request_id = "x"

    app.handler({}, Context())

    assert host() == "stopped"
