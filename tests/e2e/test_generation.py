"""Generation on the whole stack: whatever the host does, one picture a job, and its state true."""

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
    begin,
    ended,
    generate,
    job,
    picture_at,
)
from tests.support.host_instance import HostInstance
from tests.support.stories import eventually

Send = Callable[[str], None]


@pytest.fixture
def send(aws: Callable[[str], Any], stack: Stack) -> Send:
    """Deliver a message of a job, as a queue may at any time."""

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


def posts(comfyui: httpx2.Client, job_id: str) -> int:
    """How often the host was given the job."""
    requests = comfyui.get("/_requests").json()["requests"]
    return sum(
        request["method"] == "POST"
        and request["path"].endswith("/prompt")
        and job_id in str(request["body"])
        for request in requests
    )


def succeeded(api: httpx2.Client, job_id: str) -> dict[str, Any]:
    done = ended(api, job_id)
    assert done["state"] == "succeeded", done
    assert len(done["image_urls"]) == 1
    assert picture_at(done["image_urls"][0]).size
    return done


def fault(comfyui: httpx2.Client, **fault: Any) -> None:
    assert comfyui.post("/_faults", json=fault).status_code == 200


@pytest.mark.parametrize("kind", ["http_500", "http_502", "close_connection", "hang"])
def test_a_host_in_trouble_gets_the_job_again(
    api: httpx2.Client, comfyui: httpx2.Client, kind: str
) -> None:
    fault(comfyui, on="prompt", kind=kind, calls=1)

    succeeded(api, begin(api))


def test_an_accepted_job_whose_answer_was_lost_is_not_given_again(
    api: httpx2.Client, comfyui: httpx2.Client
) -> None:
    # The first call to this route counts what waits, the second one posts.
    fault(comfyui, on="prompt", kind="lost_response", calls=1, after=1)
    job_id = begin(api)

    succeeded(api, job_id)

    assert posts(comfyui, job_id) == 1


def test_a_host_that_restarts_and_forgets_gets_the_job_again(
    api: httpx2.Client, comfyui: httpx2.Client
) -> None:
    fault(comfyui, on="run", kind="slow_run", seconds=30)
    job_id = begin(api, seed=7)
    assert eventually(lambda: job(api, job_id)["progress"] == "running")

    fault(comfyui, on="jobs", kind="restart", calls=1)

    assert succeeded(api, job_id)["metadata"]["seed"] == 7
    assert posts(comfyui, job_id) == 2


def test_a_message_delivered_many_times_makes_one_picture(
    api: httpx2.Client, comfyui: httpx2.Client, send: Send
) -> None:
    fault(comfyui, on="run", kind="slow_run", seconds=3)
    job_id = begin(api)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(send, [job_id] * 4))

    succeeded(api, job_id)
    assert posts(comfyui, job_id) == 1


def test_a_worker_killed_after_the_post_is_succeeded_by_another(
    api: httpx2.Client,
    comfyui: httpx2.Client,
    kill: Callable[[str], None],
    send: Send,
    aws: Callable[[str], Any],
    stack: Stack,
) -> None:
    fault(comfyui, on="run", kind="slow_run", seconds=5)
    job_id = begin(api)
    assert eventually(lambda: posts(comfyui, job_id) == 1)

    kill("GenerationWorkerFunction")
    # Its lease and its message come back in time; here, at once.
    aws("dynamodb").update_item(
        TableName=stack.physical("JobsTable"),
        Key={"job_id": {"S": job_id}},
        UpdateExpression="REMOVE lease_until",
    )
    send(job_id)

    succeeded(api, job_id)
    assert posts(comfyui, job_id) == 1


def test_images_wait_for_a_store_in_trouble(
    api: httpx2.Client,
    cloudinary: httpx2.Client,
    differences: Callable[[], Differences],
) -> None:
    cloudinary.post("/_faults", json={"on": "upload", "kind": "500", "calls": 4})

    succeeded(api, begin(api))

    assert not differences()


def test_a_cancelled_job_leaves_the_host_and_nothing_behind(
    api: httpx2.Client, comfyui: httpx2.Client, differences: Callable[[], Differences]
) -> None:
    fault(comfyui, on="run", kind="slow_run", seconds=30)
    running, waiting = begin(api), begin(api)
    assert eventually(lambda: job(api, running)["progress"] == "running")

    for job_id in (waiting, running):
        assert api.delete(f"{JOBS}/{job_id}").json()["state"] == "cancelled"

    assert eventually(lambda: comfyui.get("/prompt").json()["exec_info"]["queue_remaining"] == 0)
    assert not differences()


def test_a_job_outlives_a_stop_and_start_of_the_host(
    api: httpx2.Client, comfyui: httpx2.Client, aws: Callable[[str], Any]
) -> None:
    fault(comfyui, on="run", kind="slow_run", seconds=60)
    job_id = begin(api)
    assert eventually(lambda: job(api, job_id)["progress"] == "running")

    HostInstance(aws("ec2"), comfyui).stop()
    started = api.post("/api/images/comfyui/start")

    assert started.status_code == 200, started.text
    assert started.json() == {"status": "success", "message": "ComfyUI started successfully"}
    succeeded(api, job_id)


def test_a_generation_wakes_the_host(
    api: httpx2.Client, comfyui: httpx2.Client, aws: Callable[[str], Any]
) -> None:
    HostInstance(aws("ec2"), comfyui).stop()
    assert api.get("/api/images/comfyui/status").json()["status"] == "stopped"

    succeeded(api, begin(api))

    assert api.get("/api/images/comfyui/status").json()["status"] == "running"


def test_fifty_at_once_all_succeed_and_few_wait_on_the_host(
    api: httpx2.Client, comfyui: httpx2.Client, differences: Callable[[], Differences]
) -> None:
    ended_all = threading.Event()
    seen: list[int] = []

    def watch() -> None:
        while not ended_all.wait(0.02):
            seen.append(len(comfyui.get("/queue").json()["queue_pending"]))

    watcher = threading.Thread(target=watch)
    watcher.start()
    with ThreadPoolExecutor(10) as pool:
        jobs = list(pool.map(lambda n: begin(api, f"number {n}", seed=n), range(50)))
        done = list(pool.map(lambda job_id: ended(api, job_id, 180), jobs))
    ended_all.set()
    watcher.join()

    assert [body["state"] for body in done] == ["succeeded"] * 50
    assert len({url for body in done for url in body["image_urls"]}) == 50
    assert max(seen) <= 2
    assert not differences()


def test_every_request_to_the_host_is_one_that_it_takes(
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


def test_the_picture_carries_no_graph(api: httpx2.Client) -> None:
    picture = picture_at(generate(api, "a secret garden").json()["image_url"])

    assert picture.info == {}
