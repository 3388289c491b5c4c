"""One prompt at a time, what can be done to those that wait, and what a restart leaves."""

from pathlib import Path
from typing import Any

import pytest

from local.comfyui.app import create_app
from local.comfyui.settings import Settings
from local.serving import serving
from tests.support.comfyui import CHECKPOINT, Host, node, plain_image, text_to_image


def cached(job: dict[str, Any]) -> set[str]:
    """The nodes that did not run again."""
    return set(job["execution_status"]["messages"][1][1]["nodes"])


def number(host: Host, **more: object) -> float:
    body = {"prompt": plain_image(), **more}
    return float(host.http.post("/prompt", json=body).json()["number"])


def test_prompts_run_one_at_a_time_in_the_order_of_their_numbers(host: Host) -> None:
    running = host.occupy()
    waiting = [host.post(plain_image(color), front=color > 2) for color in (1, 2, 3, 4)]
    pending = host.http.get("/queue").json()["queue_pending"]
    assert [entry[1] for entry in pending] == [waiting[n] for n in (3, 2, 0, 1)]
    host.http.post("/interrupt")
    for prompt_id in waiting:
        host.reach(prompt_id, "completed")
    order = list(host.http.get("/history").json())
    assert order == [running, *(waiting[n] for n in (3, 2, 0, 1))]


def test_refused_prompts_use_up_numbers(host: Host) -> None:
    assert number(host) == 0
    assert host.http.post("/prompt", json={"prompt": {}}).status_code == 400
    assert number(host) == 2
    assert number(host, number=7) == 7
    assert number(host) == 3


def test_an_identical_graph_names_the_first_file(host: Host) -> None:
    first, second = host.run(text_to_image()), host.run(text_to_image())
    assert (cached(first), cached(second)) == (set(), set("3456789"))
    assert first["outputs"] == second["outputs"]


def test_another_prefix_saves_a_file_of_its_own(host: Host) -> None:
    host.run(text_to_image(prefix="one"))
    second = host.run(text_to_image(prefix="two"))
    assert second["preview_output"]["filename"] == "two_00001_.png"
    assert cached(second) == set("345678")


def test_an_interrupt_stops_within_a_step(host: Host) -> None:
    prompt_id = host.occupy()
    host.http.post("/interrupt", json={"prompt_id": prompt_id})
    assert host.reach(prompt_id, "cancelled")["outputs"] == {}


def test_an_interrupt_for_another_one_changes_nothing(host: Host) -> None:
    running = host.occupy()
    waiting = host.post(plain_image())
    host.http.post("/interrupt", json={"prompt_id": waiting})
    assert (host.job(running)["status"], host.job(waiting)["status"]) == ("in_progress", "pending")


def test_the_next_one_is_not_harmed_by_an_interrupt(host: Host) -> None:
    running = host.occupy()
    host.set_seconds(0)
    waiting = host.post(text_to_image(seed=2))
    host.http.post(f"/api/jobs/{running}/cancel")
    assert host.reach(waiting, "completed", "cancelled")["status"] == "completed"


def test_clearing_leaves_the_running_one_alone(host: Host) -> None:
    running, waiting = host.occupy(), host.post(plain_image())
    host.http.post("/queue", json={"clear": True})
    assert (host.job(running)["status"], host.job(waiting)["status"]) == ("in_progress", "unknown")


def test_several_jobs_are_cancelled_at_once(host: Host) -> None:
    running, waiting = host.occupy(), host.post(plain_image())
    answer = host.http.post("/api/jobs/cancel", json={"job_ids": [running, waiting]})
    assert answer.json() == {"cancelled": True}
    host.reach(running, "cancelled")
    assert host.job(waiting)["status"] == "unknown"


def test_a_restart_forgets_all_but_the_files(tmp_path: Path) -> None:
    app = create_app(Settings(data=tmp_path, seconds=0, checkpoints=(CHECKPOINT,)))
    with serving(app) as url:
        host = Host(url)
        ids = [host.run(plain_image())["id"], host.occupy(), host.post(plain_image(2))]
        host.http.close()
    with serving(app) as url:
        host = Host(url)
        assert [host.job(one)["status"] for one in ids] == ["unknown"] * 3
        assert number(host) == 0
        assert host.run(plain_image(3))["preview_output"]["filename"] == "plain_00003_.png"
        assert host.view(filename="plain_00001_.png").status_code == 200
        host.http.close()


def test_the_history_is_listed_from_either_end_and_can_be_forgotten(host: Host) -> None:
    ids = [host.run(plain_image(color))["id"] for color in (1, 2, 3)]
    assert list(host.http.get("/history?max_items=2").json()) == ids[1:]
    assert list(host.http.get("/history?max_items=2&offset=0").json()) == ids[:2]
    host.http.post("/history", json={"delete": [ids[0], "unknown"]})
    assert list(host.http.get("/history").json()) == ids[1:]
    host.http.post("/history", json={"clear": True})
    assert host.http.get("/history").json() == {}


def test_jobs_come_in_pages_and_by_state(host: Host) -> None:
    done = [host.run(plain_image(color))["id"] for color in (1, 2, 3)]
    host.fail_next(kind="fail_run")
    host.run(text_to_image())
    page = host.http.get("/api/jobs?status=completed&limit=2").json()
    assert {job["id"] for job in page["jobs"]} < set(done)
    assert page["pagination"] == {"offset": 0, "limit": 2, "total": 3, "has_more": True}
    rest = host.http.get("/api/jobs?status=completed&limit=2&offset=2").json()
    assert len(rest["jobs"]) == 1
    assert not rest["pagination"]["has_more"]
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
def test_every_path_has_a_twin_under_api(host: Host, path: str) -> None:
    assert host.http.get(f"/{path}").content == host.http.get(f"/api/{path}").content


def test_jobs_are_found_under_api_alone(host: Host) -> None:
    assert host.http.get("/api/jobs").status_code == 200
    assert host.http.get("/jobs").status_code == 404


def test_the_cheap_output_comes_first(host: Host) -> None:
    graph = {**text_to_image(), **{f"1{key}": value for key, value in plain_image().items()}}
    graph["12"]["inputs"]["images"] = ["11", 0]
    assert list(host.run(graph)["outputs"]) == ["12", "9"]


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"extra_data": []}, 500),
        ({"prompt": None}, 500),
        ({"client_id": {"odd": 1}}, 200),
        ({"prompt": {**plain_image(), "3": {"class_type": "EmptyImage", "inputs": 5}}}, 200),
        ({"prompt": {**plain_image(), "3": {"class_type": "EmptyImage"}}}, 200),
        ({"prompt": {**plain_image(), "3": {"class_type": ["EmptyImage"]}}}, 500),
        ({"prompt": {"2": node("SaveImage", filename_prefix="x", images=[{}, 0])}}, 400),
        ({"prompt": {"2": node("SaveImage", filename_prefix="x", images=["1"])}}, 400),
        ({"prompt": {**plain_image(), "1": node("EmptyImage", color="NaN")}}, 400),
    ],
    ids=str,
)
def test_an_odd_prompt_leaves_a_host_that_works(
    host: Host, changed: dict[str, object], status: int
) -> None:
    assert (
        host.http.post("/prompt", json={"prompt": plain_image(), **changed}).status_code == status
    )
    assert host.run(plain_image(9))["status"] == "completed"


@pytest.mark.parametrize("path", ["/queue", "/history", "/api/jobs/cancel", "/interrupt"])
@pytest.mark.parametrize("body", [b"{", b"[]", b'{"delete": 5, "job_ids": 5}', b"\xff"])
def test_an_odd_body_is_stumbled_over(host: Host, path: str, body: bytes) -> None:
    expected = 200 if path == "/interrupt" and body[:2] == b'{"' else 500
    assert host.http.post(path, content=body).status_code == expected
    assert host.http.get("/prompt").status_code == 200
