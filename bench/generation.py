"""The time of a generation minus the host's own time, on the local cloud."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from time import perf_counter
from typing import Any

import httpx2

from bench.rows import Row
from local.settings import Settings
from local.stack import client as aws_client
from tests.conftest import client
from tests.support.generation import RESPOND_ASYNC, finished_job, generate

SECTION = "Generation"
BUDGET_MS = 300
HOST_SECONDS = 1.0
QUEUED, QUEUED_SECONDS = 50, 0.1


def rows(settings: Settings, url: str, samples: int) -> Iterator[Row]:
    with client(url) as api, client(settings.comfyui) as host:
        yield from _idle(settings, api, host, samples)
        yield from _queued(settings, api, host)


def _idle(
    settings: Settings, api: httpx2.Client, host: httpx2.Client, samples: int
) -> Iterator[Row]:
    """One generation at a time."""
    _set_run_seconds(host, HOST_SECONDS)
    _overhead(api, host, "to warm up")
    host.delete("/_requests")
    messages = _messages(settings)
    overheads = [_overhead(api, host, f"idle {number}") for number in range(samples)]
    name = "idle: response time minus host time"
    yield Row(SECTION, name, median(overheads), "ms", BUDGET_MS)
    yield Row(SECTION, "idle: host requests per job", _host_requests(host) / samples, "")
    sent = (_messages(settings) - messages) / samples
    yield Row(SECTION, "idle: messages per job", sent, "", 1)


def _queued(settings: Settings, api: httpx2.Client, host: httpx2.Client) -> Iterator[Row]:
    """Many generations at once: the time until the last ends, minus the host's time for all."""
    _set_run_seconds(host, QUEUED_SECONDS)
    host.delete("/_requests")
    messages, begin = _messages(settings), perf_counter()
    jobs = _start_jobs(api)
    for job in jobs:
        assert finished_job(api, job, seconds=240)["state"] == "succeeded"
    seconds, host_seconds = perf_counter() - begin, sum(_host_seconds(host, job) for job in jobs)
    figures = {"all finished after s": seconds, "host s": host_seconds}
    overhead = (seconds - host_seconds) * 1000 / len(jobs)
    name = f"{QUEUED} queued: time per job minus host time"
    yield Row(SECTION, name, overhead, "ms", None, figures)
    requests = _host_requests(host) / len(jobs)
    yield Row(SECTION, f"{QUEUED} queued: host requests per job", requests, "")
    sent = (_messages(settings) - messages) / len(jobs)
    yield Row(SECTION, f"{QUEUED} queued: messages per job", sent, "")


def _start_jobs(api: httpx2.Client) -> list[str]:
    """Start the jobs concurrently, then one more; their ids."""
    with ThreadPoolExecutor(8) as pool:
        prompts = [f"queued {number}" for number in range(QUEUED)]
        jobs = list(pool.map(lambda prompt: _start_job(api, prompt), prompts))
    return [*jobs, _start_job(api, "the last")]


def _start_job(api: httpx2.Client, prompt: str) -> str:
    body = {"prompt": prompt, "steps": 2}
    return _job_id(api.post("/api/images/generate", json=body, headers=RESPOND_ASYNC))


def _job_id(response: httpx2.Response) -> str:
    return response.headers["Location"].rsplit("/", 1)[1]


def _overhead(api: httpx2.Client, host: httpx2.Client, prompt: str) -> float:
    """Milliseconds of the response time in which the host did not work."""
    begin = perf_counter()
    response = generate(api, prompt)
    seconds = perf_counter() - begin
    assert response.status_code == 200, response.text
    return (seconds - _host_seconds(host, _job_id(response))) * 1000


def _set_run_seconds(host: httpx2.Client, seconds: float) -> None:
    assert host.post("/_settings", json={"seconds": seconds}).status_code == 200


def _host_requests(host: httpx2.Client) -> int:
    return len(host.get("/_requests").json()["requests"])


def _host_seconds(host: httpx2.Client, job_id: str) -> float:
    """The duration of the run by the host's own timestamps."""
    messages: list[Any] = host.get(f"/history/{job_id}").json()[job_id]["status"]["messages"]
    times = {kind: data["timestamp"] for kind, data in messages}
    return float(times["execution_success"] - times["execution_start"]) / 1000


def _messages(settings: Settings) -> int:
    """The number of messages that the worker has received, according to its log."""
    logs = aws_client(settings, "logs")
    groups = logs.describe_log_groups()["logGroups"]
    group = next(g["logGroupName"] for g in groups if "GenerationWorker" in g["logGroupName"])
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group)
    return sum("START RequestId" in event["message"] for page in pages for event in page["events"])
