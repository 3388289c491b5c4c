"""A host that fails on demand, in the ways in which hosts fail."""

import httpx2
import pytest

from local.comfyui import faults
from local.comfyui.routes import OPERATIONS
from tests.support.comfyui import Host, plain_image, text_to_image


def statuses(host: Host, calls: int, path: str = "/prompt") -> list[int | str]:
    """What so many questions are answered, or how they end."""
    seen: list[int | str] = []
    for _ in range(calls):
        try:
            seen.append(host.http.get(path, timeout=2).status_code)
        except httpx2.TransportError as error:
            seen.append(type(error).__name__)
    return seen


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [("http_500", 500), ("http_502", 502), ("cut", "RemoteProtocolError")],
)
def test_the_next_calls_fail_and_then_no_more(host: Host, kind: str, outcome: int | str) -> None:
    host.fail_next(kind=kind, calls=2, after=1)
    assert statuses(host, 4) == [200, outcome, outcome, 200]


def test_only_the_named_operation_fails(host: Host) -> None:
    host.fail_next(kind="http_500", on="queue")
    assert statuses(host, 1) == [200]
    assert statuses(host, 2, "/api/queue") == [500, 200]


def test_a_hanging_call_says_nothing(host: Host) -> None:
    host.fail_next(kind="hang", seconds=600)
    with pytest.raises(httpx2.ReadTimeout):
        host.http.get("/prompt", timeout=0.2)
    assert statuses(host, 1) == [200]


def test_a_call_that_hung_long_enough_is_cut(host: Host) -> None:
    host.fail_next(kind="hang", seconds=0.05)
    assert statuses(host, 2) == ["RemoteProtocolError", 200]


def test_a_slow_call_is_answered_in_the_end(host: Host) -> None:
    host.fail_next(kind="slow", seconds=0.05)
    assert statuses(host, 1) == [200]


def test_a_lost_answer_leaves_its_work_done(host: Host) -> None:
    prompt_id = "00000000-0000-4000-8000-000000000001"
    host.fail_next(kind="lost_answer", on="prompt")
    with pytest.raises(httpx2.RemoteProtocolError):
        host.post(plain_image(), prompt_id)
    host.reach(prompt_id, "completed")


def test_a_host_forgets_before_it_answers(host: Host) -> None:
    running, waiting = host.occupy(), host.post(plain_image())
    host.fail_next(kind="forget", on="jobs")
    assert [host.job(one)["status"] for one in (running, waiting)] == ["unknown", "unknown"]


def test_a_cancel_that_gets_lost_changes_nothing(host: Host) -> None:
    running = host.occupy()
    host.fail_next(kind="lost_cancel")
    for expected in ("in_progress", "cancelled"):
        assert host.http.post(f"/api/jobs/{running}/cancel").json() == {"cancelled": True}
        host.reach(running, expected)


@pytest.mark.parametrize(
    ("kind", "node_type", "exception"),
    [
        ("fail_run", "CheckpointLoaderSimple", "SafetensorError"),
        ("out_of_memory", "KSampler", "OutOfMemoryError"),
    ],
)
def test_the_next_run_fails_whatever_ran_before(
    host: Host, kind: str, node_type: str, exception: str
) -> None:
    host.run(text_to_image())
    host.fail_next(kind=kind)
    failed = host.run(text_to_image())
    assert failed["status"] == "failed"
    assert failed["execution_error"]["node_type"] == node_type
    assert failed["execution_error"]["exception_type"].endswith(exception)
    assert host.run(text_to_image())["status"] == "completed"


def test_a_run_may_bring_fewer_images(host: Host) -> None:
    host.fail_next(kind="fewer_images", calls=2)
    counts = [host.run(text_to_image(batch=batch))["outputs_count"] for batch in (3, 1, 1)]
    assert counts == [2, 0, 1]


def test_a_slow_run_is_still_at_work(host: Host) -> None:
    host.fail_next(kind="slow_run", seconds=600)
    prompt_id = host.post(text_to_image())
    host.reach(prompt_id, "in_progress")
    host.http.post("/interrupt")
    host.reach(prompt_id, "cancelled")


def test_faults_are_listed_and_cleared(host: Host) -> None:
    host.fail_next(kind="cut", on="view")
    expected = {"kind": "cut", "on": "view", "calls": 1, "after": 0, "seconds": 30}
    assert host.http.get("/_faults").json() == {"faults": [expected]}
    assert host.http.delete("/_faults").json() == {"faults": []}


@pytest.mark.parametrize(
    "fault",
    [{"kind": "fire"}, {"kind": "fail_run", "on": "prompt"}, {"kind": "cut", "on": "run"}, [1]],
    ids=str,
)
def test_a_fault_that_could_never_happen_is_refused(host: Host, fault: object) -> None:
    assert host.http.post("/_faults", json=fault).status_code == 400
    assert host.http.get("/_faults").json() == {"faults": []}


def test_every_operation_can_fail() -> None:
    assert {operation.name for operation in OPERATIONS} == faults.OPERATIONS


@pytest.mark.parametrize("settings", [{}, {"seconds": -1}, {"seconds": "1"}, {"seconds": 1e9}, []])
def test_settings_that_make_no_sense_are_refused(host: Host, settings: object) -> None:
    assert host.http.post("/_settings", json=settings).status_code == 400


def test_requests_are_remembered(host: Host) -> None:
    prompt_id = host.post(plain_image(), client_id="me")
    host.http.post("/api/queue", content=b"\xff{")
    host.http.get("/view?filename=a.png")
    host.http.get("/nowhere")
    posted, odd, viewed = host.requests()
    assert posted == {
        "operation": "prompt",
        "method": "POST",
        "path": "/prompt",
        "query": {},
        "body": {"prompt": plain_image(), "prompt_id": prompt_id, "client_id": "me"},
    }
    assert (odd["path"], odd["body"]) == ("/api/queue", "\ufffd{")
    assert (viewed["query"], viewed["body"]) == ({"filename": "a.png"}, "")
    host.http.delete("/_requests")
    assert host.requests() == []
