"""An idle host is stopped, and overdue jobs are closed."""

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
from darkroom.models.job import Job, State
from darkroom.models.job_inputs import Inputs
from darkroom.models.job_request import create_job
from host_keeper import app, service
from local.comfyui.instance import ensure_running
from local.settings import REGION
from tests.unit.darkroom.conftest import dynamodb, tables

__all__ = ["dynamodb", "tables"]

TAG = "darkroom"
INPUTS = {
    **dict.fromkeys(("prompt", "negative_prompt", "checkpoint", "sampler_name", "scheduler"), "x"),
    **dict.fromkeys(("width", "height", "steps", "cfg_scale", "seed", "count"), 1),
}


@pytest.fixture(autouse=True)
def host_state(tables: None, monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """An instance that was started a day ago; returns its state."""
    monkeypatch.setattr(instance, "TAG_VALUE", TAG)
    ec2 = boto3.client("ec2")
    ensure_running(ec2, TAG)
    (started,) = ec2_backends[DEFAULT_ACCOUNT_ID][REGION].all_instances()
    started.launch_time -= timedelta(days=1)
    return lambda: str(started.state)


@pytest.fixture(autouse=True)
def sqs(host_state: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    client = boto3.client("sqs")
    url = client.create_queue(QueueName="Generations")["QueueUrl"]
    monkeypatch.setattr(service, "QUEUE", url)
    return client


def create_open_job() -> Job:
    job = Job.new("anonymous", Inputs(**INPUTS), timedelta())
    create_job(job, None)
    return job


def run_keeper() -> None:
    service.fail_overdue_jobs()
    service.stop_idle_host()


def record_use(ago: timedelta) -> None:
    HostLock(used_at=clock.instant(datetime.now(UTC) - ago)).save()


def test_an_idle_host_is_stopped(host_state: Callable[[], str]) -> None:
    run_keeper()

    assert host_state() == "stopped"


def test_a_host_without_recent_use_is_stopped(host_state: Callable[[], str]) -> None:
    record_use(service.IDLE + timedelta(seconds=1))

    run_keeper()

    assert host_state() == "stopped"


def test_a_recently_used_host_keeps_running(host_state: Callable[[], str]) -> None:
    record_use(service.IDLE - timedelta(minutes=1))

    run_keeper()

    assert host_state() == "running"


def test_a_host_that_was_just_started_keeps_running(host_state: Callable[[], str]) -> None:
    (started,) = ec2_backends[DEFAULT_ACCOUNT_ID][REGION].all_instances()
    started.launch_time += timedelta(days=1)

    run_keeper()

    assert host_state() == "running"


def test_an_open_job_keeps_the_host_running(host_state: Callable[[], str]) -> None:
    create_open_job()

    run_keeper()

    assert host_state() == "running"


@pytest.mark.parametrize("state", ["visible", "delayed", "in flight"])
def test_a_message_keeps_the_host_running(
    host_state: Callable[[], str], sqs: Any, state: str
) -> None:
    delay = 900 if state == "delayed" else 0
    sqs.send_message(QueueUrl=service.QUEUE, MessageBody="{}", DelaySeconds=delay)
    if state == "in flight":
        assert sqs.receive_message(QueueUrl=service.QUEUE)["Messages"]

    run_keeper()

    assert host_state() == "running"


def test_a_stopped_host_remains_stopped(host_state: Callable[[], str]) -> None:
    instance.stop()

    run_keeper()

    assert host_state() == "stopped"


def test_a_host_without_an_instance_tag_is_not_stopped(
    host_state: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instance, "TAG_VALUE", None)

    run_keeper()

    assert host_state() == "running"


def test_an_overdue_job_fails_and_the_host_is_stopped(
    host_state: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "DEADLINE", -service.GRACE - timedelta(minutes=1))
    job = create_open_job()
    monkeypatch.setattr(jobs, "DEADLINE", timedelta())
    monkeypatch.setattr(service, "GRACE", timedelta())

    run_keeper()

    assert Job.find(job.job_id).state == State.FAILED
    assert host_state() == "stopped"


def test_a_job_within_the_grace_period_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "DEADLINE", timedelta(seconds=-1))
    job = create_open_job()

    run_keeper()

    assert Job.find(job.job_id).state == State.QUEUED


def test_the_handler_runs_the_keeper(host_state: Callable[[], str]) -> None:
    class Context:
        function_name = memory_limit_in_mb = invoked_function_arn = aws_request_id = "x"

    app.handler({}, Context())

    assert host_state() == "stopped"
