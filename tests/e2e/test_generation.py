"""Generation on the whole stack: with any fault of the host, a job makes one image."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest

from ops.reconcile import Differences
from ops.stack import Stack
from tests.support.generation import (
    GENERATE,
    JOBS,
    download_image,
    finished_job,
    generate,
    read_job,
    start_job,
)
from tests.support.host_instance import HostInstance
from tests.support.stories import eventually

SendMessage = Callable[[str], None]


@pytest.fixture
def send_message(aws: Callable[[str], Any], stack: Stack) -> SendMessage:
    """Send another message of a job, as a queue may at any time."""

    def run(job_id: str) -> None:
        body = f'{{"job_id": "{job_id}"}}'
        aws("sqs").send_message(QueueUrl=stack.physical("Generations"), MessageBody=body)

    return run


@pytest.fixture(autouse=True)
def no_dead_letters(aws: Callable[[str], Any], stack: Stack) -> Iterator[None]:
    yield
    queue = aws("sqs").get_queue_attributes(
        QueueUrl=stack.physical("GenerationsFailed"), AttributeNames=["All"]
    )
    assert queue["Attributes"]["ApproximateNumberOfMessages"] == "0"


def count_posts(comfyui: httpx2.Client, job_id: str) -> int:
    """How often the host has received the job's prompt."""
    requests = comfyui.get("/_requests").json()["requests"]
    return sum(
        request["method"] == "POST"
        and request["path"].endswith("/prompt")
        and job_id in str(request["body"])
        for request in requests
    )


def succeeded_job(api: httpx2.Client, job_id: str) -> dict[str, Any]:
    job = finished_job(api, job_id)
    assert job["state"] == "succeeded", job
    assert len(job["image_urls"]) == 1
    assert download_image(job["image_urls"][0]).size
    return job


def inject_fault(comfyui: httpx2.Client, **fault: Any) -> None:
    assert comfyui.post("/_faults", json=fault).status_code == 200


@pytest.mark.parametrize("kind", ["http_500", "http_502", "close_connection", "hang"])
def test_a_failed_post_to_the_host_is_retried(
    api: httpx2.Client, comfyui: httpx2.Client, kind: str
) -> None:
    inject_fault(comfyui, on="prompt", kind=kind, calls=1)

    succeeded_job(api, start_job(api))


def test_an_accepted_prompt_whose_response_is_lost_is_not_posted_again(
    api: httpx2.Client, comfyui: httpx2.Client
) -> None:
    # The first request to this route reads the queue length, the second one posts the prompt.
    inject_fault(comfyui, on="prompt", kind="lost_response", calls=1, after=1)
    job_id = start_job(api)

    succeeded_job(api, job_id)

    assert count_posts(comfyui, job_id) == 1


def test_a_host_that_loses_the_run_in_a_restart_gets_the_prompt_again(
    api: httpx2.Client, comfyui: httpx2.Client
) -> None:
    inject_fault(comfyui, on="run", kind="slow_run", seconds=30)
    job_id = start_job(api, seed=7)
    assert eventually(lambda: read_job(api, job_id)["progress"] == "running")

    inject_fault(comfyui, on="jobs", kind="restart", calls=1)

    assert succeeded_job(api, job_id)["metadata"]["seed"] == 7
    assert count_posts(comfyui, job_id) == 2


def test_a_repeated_message_makes_one_image(
    api: httpx2.Client, comfyui: httpx2.Client, send_message: SendMessage
) -> None:
    inject_fault(comfyui, on="run", kind="slow_run", seconds=3)
    job_id = start_job(api)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(send_message, [job_id] * 4))

    succeeded_job(api, job_id)
    assert count_posts(comfyui, job_id) == 1


def test_another_worker_continues_the_job_of_a_killed_one(
    api: httpx2.Client,
    comfyui: httpx2.Client,
    kill: Callable[[str], None],
    send_message: SendMessage,
    aws: Callable[[str], Any],
    stack: Stack,
) -> None:
    inject_fault(comfyui, on="run", kind="slow_run", seconds=5)
    job_id = start_job(api)
    assert eventually(lambda: count_posts(comfyui, job_id) == 1)

    kill("GenerationWorkerFunction")
    # Its lease expires and its message returns later; the test does not wait for that.
    aws("dynamodb").update_item(
        TableName=stack.physical("JobsTable"),
        Key={"job_id": {"S": job_id}},
        UpdateExpression="REMOVE lease_until",
    )
    send_message(job_id)

    succeeded_job(api, job_id)
    assert count_posts(comfyui, job_id) == 1


def test_storing_the_images_is_retried(
    api: httpx2.Client,
    cloudinary: httpx2.Client,
    differences: Callable[[], Differences],
) -> None:
    cloudinary.post("/_faults", json={"on": "upload", "kind": "500", "calls": 4})

    succeeded_job(api, start_job(api))

    assert not differences()


def test_a_cancelled_job_leaves_the_queue_of_the_host_and_no_assets(
    api: httpx2.Client, comfyui: httpx2.Client, differences: Callable[[], Differences]
) -> None:
    inject_fault(comfyui, on="run", kind="slow_run", seconds=30)
    running, waiting = start_job(api), start_job(api)
    assert eventually(lambda: read_job(api, running)["progress"] == "running")

    for job_id in (waiting, running):
        assert api.delete(f"{JOBS}/{job_id}").json()["state"] == "cancelled"

    assert eventually(lambda: comfyui.get("/prompt").json()["exec_info"]["queue_remaining"] == 0)
    assert not differences()


def test_a_job_survives_a_stop_and_start_of_the_host(
    api: httpx2.Client, comfyui: httpx2.Client, aws: Callable[[str], Any]
) -> None:
    inject_fault(comfyui, on="run", kind="slow_run", seconds=60)
    job_id = start_job(api)
    assert eventually(lambda: read_job(api, job_id)["progress"] == "running")

    HostInstance(aws("ec2"), comfyui).stop()
    started = api.post("/api/images/comfyui/start")

    assert started.status_code == 200, started.text
    assert started.json() == {"status": "success", "message": "ComfyUI started successfully"}
    succeeded_job(api, job_id)


def test_a_generation_starts_the_host(
    api: httpx2.Client, comfyui: httpx2.Client, aws: Callable[[str], Any]
) -> None:
    HostInstance(aws("ec2"), comfyui).stop()
    assert api.get("/api/images/comfyui/status").json()["status"] == "stopped"

    succeeded_job(api, start_job(api))

    assert api.get("/api/images/comfyui/status").json()["status"] == "running"


def test_fifty_parallel_jobs_succeed_with_a_short_queue_on_the_host(
    api: httpx2.Client, comfyui: httpx2.Client, differences: Callable[[], Differences]
) -> None:
    finished = threading.Event()
    pending: list[int] = []

    def watch() -> None:
        while not finished.wait(0.02):
            pending.append(len(comfyui.get("/queue").json()["queue_pending"]))

    watcher = threading.Thread(target=watch)
    watcher.start()
    with ThreadPoolExecutor(10) as pool:
        job_ids = list(pool.map(lambda n: start_job(api, f"number {n}", seed=n), range(50)))
        jobs = list(pool.map(lambda job_id: finished_job(api, job_id, 180), job_ids))
    finished.set()
    watcher.join()

    assert [job["state"] for job in jobs] == ["succeeded"] * 50
    assert len({url for job in jobs for url in job["image_urls"]}) == 50
    assert max(pending) <= 2
    assert not differences()


def test_the_host_receives_one_prompt_and_no_interrupt_without_a_prompt_id(
    api: httpx2.Client, comfyui: httpx2.Client
) -> None:
    comfyui.delete("/_requests")
    job_id = (
        api.post(GENERATE, json={"prompt": "a pier", "steps": 2}, headers={})
        .headers["Location"]
        .rpartition("/")[2]
    )

    requests = comfyui.get("/_requests").json()["requests"]
    prompts = [
        r["body"] for r in requests if r["method"] == "POST" and r["path"].endswith("/prompt")
    ]

    assert len(prompts) == 1
    assert set(prompts[0]) == {"prompt", "prompt_id", "client_id"}
    assert prompts[0]["prompt_id"] == job_id
    assert not [r for r in requests if r["path"].endswith("/interrupt") and not r["body"]]


def test_the_image_contains_no_workflow(api: httpx2.Client) -> None:
    image = download_image(generate(api, "a secret garden").json()["image_url"])

    assert image.info == {}
