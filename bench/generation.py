"""What a generation takes beside the host's own time, on the local cloud."""

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
from tests.support.generation import NOW, ended, generate

SECTION = "Generation"
BUDGET_MS = 300
HOST_SECONDS = 1.0
QUEUED, QUEUED_SECONDS = 50, 0.1
WORKER = "GenerationWorkerFunction"


def rows(settings: Settings, url: str, samples: int) -> Iterator[Row]:
    with client(url) as api, client(settings.comfyui) as host:
        _take(host, HOST_SECONDS)
        _answered(api, host, "to warm up")
        host.delete("/_requests")
        messages = _messages(settings)
        overheads = [_answered(api, host, f"idle {number}") for number in range(samples)]
        yield Row(SECTION, "idle: answer, less the host's", median(overheads), "ms", BUDGET_MS)
        requests = len(host.get("/_requests").json()["requests"]) / samples
        yield Row(SECTION, "idle: requests to the host a job", requests, "")
        sent = (_messages(settings) - messages) / samples
        yield Row(SECTION, "idle: messages a job", sent, "", 1)
        yield from _with_a_queue(settings, api, host)


def _answered(api: httpx2.Client, host: httpx2.Client, prompt: str) -> float:
    """Milliseconds to the answer that the host was not at work."""
    begin = perf_counter()
    answer = generate(api, prompt)
    seconds = perf_counter() - begin
    assert answer.status_code == 200, answer.text
    return (seconds - _host_seconds(host, _job_id(answer))) * 1000


def _with_a_queue(settings: Settings, api: httpx2.Client, host: httpx2.Client) -> Iterator[Row]:
    """The last of many that were asked for at once: its wait, less the work on all of them."""
    _take(host, QUEUED_SECONDS)
    host.delete("/_requests")
    messages, begin = _messages(settings), perf_counter()
    with ThreadPoolExecutor(8) as pool:
        prompts = [f"queued {number}" for number in range(QUEUED)]
        jobs = list(pool.map(lambda prompt: _begun(api, prompt), prompts))
    jobs.append(_begun(api, "the last"))
    for job in jobs:
        assert ended(api, job, seconds=240)["state"] == "succeeded"
    waited, worked = perf_counter() - begin, sum(_host_seconds(host, job) for job in jobs)
    beside = {"all answered after s": waited, "host's own s": worked}
    each = (waited - worked) * 1000 / len(jobs)
    yield Row(SECTION, f"{QUEUED} queued: a job, less the host's", each, "ms", None, beside)
    requests = len(host.get("/_requests").json()["requests"]) / len(jobs)
    yield Row(SECTION, f"{QUEUED} queued: requests to the host a job", requests, "")
    sent = (_messages(settings) - messages) / len(jobs)
    yield Row(SECTION, f"{QUEUED} queued: messages a job", sent, "")


def _begun(api: httpx2.Client, prompt: str) -> str:
    body = {"prompt": prompt, "steps": 2}
    return _job_id(api.post("/api/images/generate", json=body, headers=NOW))


def _job_id(answer: httpx2.Response) -> str:
    return answer.headers["Location"].rsplit("/", 1)[1]


def _take(host: httpx2.Client, seconds: float) -> None:
    assert host.post("/_settings", json={"seconds": seconds}).status_code == 200


def _host_seconds(host: httpx2.Client, job_id: str) -> float:
    """From the start of the run to its end, by the host's own account."""
    messages: list[Any] = host.get(f"/history/{job_id}").json()[job_id]["status"]["messages"]
    at = {kind: data["timestamp"] for kind, data in messages}
    return float(at["execution_success"] - at["execution_start"]) / 1000


def _messages(settings: Settings) -> int:
    """How many messages the worker has been given, by its log."""
    logs = aws_client(settings, "logs")
    groups = logs.describe_log_groups()["logGroups"]
    group = next(g["logGroupName"] for g in groups if "GenerationWorker" in g["logGroupName"])
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group)
    return sum("START RequestId" in event["message"] for page in pages for event in page["events"])
