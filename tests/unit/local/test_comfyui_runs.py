"""The queue, the history, interrupts and restarts of the ComfyUI stand-in."""

from pathlib import Path
from typing import Any

import pytest

from local.comfyui.app import create_app
from local.comfyui.settings import Settings
from local.serving import serving
from tests.support.comfyui import CHECKPOINT, HostClient, node, plain_image, text_to_image


def cached_nodes(job: dict[str, Any]) -> set[str]:
    """The nodes whose results were reused."""
    return set(job["execution_status"]["messages"][1][1]["nodes"])


def post_and_get_number(host: HostClient, **fields: object) -> float:
    body = {"prompt": plain_image(), **fields}
    return float(host.http.post("/prompt", json=body).json()["number"])


def test_prompts_run_one_at_a_time_in_the_order_of_their_numbers(host: HostClient) -> None:
    running = host.occupy()
    waiting = [host.post(plain_image(color), front=color > 2) for color in (1, 2, 3, 4)]
    pending = host.http.get("/queue").json()["queue_pending"]
    assert [entry[1] for entry in pending] == [waiting[n] for n in (3, 2, 0, 1)]
    host.http.post("/interrupt")
    for prompt_id in waiting:
        host.wait_for(prompt_id, "completed")
    order = list(host.http.get("/history").json())
    assert order == [running, *(waiting[n] for n in (3, 2, 0, 1))]


def test_rejected_prompts_use_up_numbers(host: HostClient) -> None:
    assert post_and_get_number(host) == 0
    assert host.http.post("/prompt", json={"prompt": {}}).status_code == 400
    assert post_and_get_number(host) == 2
    assert post_and_get_number(host, number=7) == 7
    assert post_and_get_number(host) == 3


def test_an_identical_graph_returns_the_first_file(host: HostClient) -> None:
    first, second = host.run(text_to_image()), host.run(text_to_image())
    assert (cached_nodes(first), cached_nodes(second)) == (set(), set("3456789"))
    assert first["outputs"] == second["outputs"]


def test_another_prefix_saves_another_file(host: HostClient) -> None:
    host.run(text_to_image(prefix="one"))
    second = host.run(text_to_image(prefix="two"))
    assert second["preview_output"]["filename"] == "two_00001_.png"
    assert cached_nodes(second) == set("345678")


def test_an_interrupt_stops_a_run_within_a_step(host: HostClient) -> None:
    prompt_id = host.occupy()
    host.http.post("/interrupt", json={"prompt_id": prompt_id})
    assert host.wait_for(prompt_id, "cancelled")["outputs"] == {}


def test_an_interrupt_for_a_pending_prompt_changes_nothing(host: HostClient) -> None:
    running = host.occupy()
    waiting = host.post(plain_image())
    host.http.post("/interrupt", json={"prompt_id": waiting})
    assert (host.job(running)["status"], host.job(waiting)["status"]) == ("in_progress", "pending")


def test_an_interrupt_does_not_affect_the_next_run(host: HostClient) -> None:
    running = host.occupy()
    host.set_seconds(0)
    waiting = host.post(text_to_image(seed=2))
    host.http.post(f"/api/jobs/{running}/cancel")
    assert host.wait_for(waiting, "completed", "cancelled")["status"] == "completed"


def test_clearing_the_queue_does_not_affect_the_current_run(host: HostClient) -> None:
    running, waiting = host.occupy(), host.post(plain_image())
    host.http.post("/queue", json={"clear": True})
    assert (host.job(running)["status"], host.job(waiting)["status"]) == ("in_progress", "unknown")


def test_several_jobs_can_be_cancelled_in_one_call(host: HostClient) -> None:
    running, waiting = host.occupy(), host.post(plain_image())
    response = host.http.post("/api/jobs/cancel", json={"job_ids": [running, waiting]})
    assert response.json() == {"cancelled": True}
    host.wait_for(running, "cancelled")
    assert host.job(waiting)["status"] == "unknown"


def test_only_files_survive_a_restart(tmp_path: Path) -> None:
    app = create_app(Settings(data=tmp_path, seconds=0, checkpoints=(CHECKPOINT,)))
    with serving(app) as url:
        host = HostClient(url)
        ids = [host.run(plain_image())["id"], host.occupy(), host.post(plain_image(2))]
        host.http.close()
    with serving(app) as url:
        host = HostClient(url)
        assert [host.job(prompt_id)["status"] for prompt_id in ids] == ["unknown"] * 3
        assert post_and_get_number(host) == 0
        assert host.run(plain_image(3))["preview_output"]["filename"] == "plain_00003_.png"
        assert host.view(filename="plain_00001_.png").status_code == 200
        host.http.close()


def test_the_history_can_be_listed_from_both_ends_and_deleted(host: HostClient) -> None:
    ids = [host.run(plain_image(color))["id"] for color in (1, 2, 3)]
    assert list(host.http.get("/history?max_items=2").json()) == ids[1:]
    assert list(host.http.get("/history?max_items=2&offset=0").json()) == ids[:2]
    host.http.post("/history", json={"delete": [ids[0], "unknown"]})
    assert list(host.http.get("/history").json()) == ids[1:]
    host.http.post("/history", json={"clear": True})
    assert host.http.get("/history").json() == {}


def test_jobs_are_listed_in_pages_and_filtered_by_state(host: HostClient) -> None:
    completed = [host.run(plain_image(color))["id"] for color in (1, 2, 3)]
    host.inject_fault(kind="fail_run")
    host.run(text_to_image())
    page = host.http.get("/api/jobs?status=completed&limit=2").json()
    assert {job["id"] for job in page["jobs"]} < set(completed)
    assert page["pagination"] == {"offset": 0, "limit": 2, "total": 3, "has_more": True}
    last_page = host.http.get("/api/jobs?status=completed&limit=2&offset=2").json()
    assert len(last_page["jobs"]) == 1
    assert not last_page["pagination"]["has_more"]
    assert len(host.http.get("/api/jobs?status=completed,failed").json()["jobs"]) == 4


@pytest.mark.parametrize(
    "path",
    [
        "prompt",
        "queue",
        "history",
        "history/x",
        "system_stats",
        "models/vae",
        "object_info/KSampler",
    ],
)
def test_every_path_is_also_served_under_api(host: HostClient, path: str) -> None:
    assert host.http.get(f"/{path}").content == host.http.get(f"/api/{path}").content


def test_jobs_are_served_only_under_api(host: HostClient) -> None:
    assert host.http.get("/api/jobs").status_code == 200
    assert host.http.get("/jobs").status_code == 404


def test_the_output_with_fewer_nodes_runs_first(host: HostClient) -> None:
    graph = {**text_to_image(), **{f"1{key}": value for key, value in plain_image().items()}}
    graph["12"]["inputs"]["images"] = ["11", 0]
    assert list(host.run(graph)["outputs"]) == ["12", "9"]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"extra_data": []}, 500),
        ({"prompt": None}, 500),
        ({"client_id": {"not": "a string"}}, 200),
        ({"prompt": {**plain_image(), "3": {"class_type": "EmptyImage", "inputs": 5}}}, 200),
        ({"prompt": {**plain_image(), "3": {"class_type": "EmptyImage"}}}, 200),
        ({"prompt": {**plain_image(), "3": {"class_type": ["EmptyImage"]}}}, 500),
        ({"prompt": {"2": node("SaveImage", filename_prefix="x", images=[{}, 0])}}, 400),
        ({"prompt": {"2": node("SaveImage", filename_prefix="x", images=["1"])}}, 400),
        ({"prompt": {**plain_image(), "1": node("EmptyImage", color="NaN")}}, 400),
    ],
    ids=str,
)
def test_the_host_works_after_a_malformed_prompt(
    host: HostClient, fields: dict[str, object], status: int
) -> None:
    assert host.http.post("/prompt", json={"prompt": plain_image(), **fields}).status_code == status
    assert host.run(plain_image(9))["status"] == "completed"


@pytest.mark.parametrize("path", ["/queue", "/history", "/api/jobs/cancel", "/interrupt"])
@pytest.mark.parametrize("body", [b"{", b"[]", b'{"delete": 5, "job_ids": 5}', b"\xff"])
def test_a_malformed_body_is_a_500(host: HostClient, path: str, body: bytes) -> None:
    expected = 200 if path == "/interrupt" and body[:2] == b'{"' else 500
    assert host.http.post(path, content=body).status_code == expected
    assert host.http.get("/prompt").status_code == 200
