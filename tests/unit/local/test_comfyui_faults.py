"""Fault injection in the ComfyUI stand-in."""

import httpx2
import pytest

from local.comfyui import faults
from local.comfyui.routes import OPERATIONS
from tests.support.comfyui import HostClient, plain_image, text_to_image


def statuses(host: HostClient, calls: int, path: str = "/prompt") -> list[int | str]:
    """The statuses or exceptions of `calls` requests."""
    results: list[int | str] = []
    for _ in range(calls):
        try:
            results.append(host.http.get(path, timeout=2).status_code)
        except httpx2.TransportError as error:
            results.append(type(error).__name__)
    return results


@pytest.mark.parametrize(
    ("kind", "result"),
    [("http_500", 500), ("http_502", 502), ("close_connection", "RemoteProtocolError")],
)
def test_a_fault_affects_the_given_number_of_calls(
    host: HostClient, kind: str, result: int | str
) -> None:
    host.inject_fault(kind=kind, calls=2, after=1)
    assert statuses(host, 4) == [200, result, result, 200]


def test_a_fault_affects_only_its_operation(host: HostClient) -> None:
    host.inject_fault(kind="http_500", on="queue")
    assert statuses(host, 1) == [200]
    assert statuses(host, 2, "/api/queue") == [500, 200]


def test_a_hanging_call_sends_no_response(host: HostClient) -> None:
    host.inject_fault(kind="hang", seconds=600)
    with pytest.raises(httpx2.ReadTimeout):
        host.http.get("/prompt", timeout=0.2)
    assert statuses(host, 1) == [200]


def test_a_hanging_call_ends_with_a_closed_connection(host: HostClient) -> None:
    host.inject_fault(kind="hang", seconds=0.05)
    assert statuses(host, 2) == ["RemoteProtocolError", 200]


def test_a_slow_call_responds_after_the_delay(host: HostClient) -> None:
    host.inject_fault(kind="slow", seconds=0.05)
    assert statuses(host, 1) == [200]


def test_a_lost_response_performs_the_call(host: HostClient) -> None:
    prompt_id = "00000000-0000-4000-8000-000000000001"
    host.inject_fault(kind="lost_response", on="prompt")
    with pytest.raises(httpx2.RemoteProtocolError):
        host.post(plain_image(), prompt_id)
    host.wait_for(prompt_id, "completed")


def test_a_restart_loses_the_queue_before_the_response(host: HostClient) -> None:
    running, waiting = host.occupy(), host.post(plain_image())
    host.inject_fault(kind="restart", on="jobs")
    assert [host.job(prompt_id)["status"] for prompt_id in (running, waiting)] == [
        "unknown",
        "unknown",
    ]


def test_an_ignored_cancel_reports_success_and_changes_nothing(host: HostClient) -> None:
    running = host.occupy()
    host.inject_fault(kind="ignored_cancel")
    for expected in ("in_progress", "cancelled"):
        assert host.http.post(f"/api/jobs/{running}/cancel").json() == {"cancelled": True}
        host.wait_for(running, expected)


@pytest.mark.parametrize(
    ("kind", "node_type", "exception"),
    [
        ("fail_run", "CheckpointLoaderSimple", "SafetensorError"),
        ("out_of_memory", "KSampler", "OutOfMemoryError"),
    ],
)
def test_a_run_with_a_fault_does_not_use_the_cache(
    host: HostClient, kind: str, node_type: str, exception: str
) -> None:
    host.run(text_to_image())
    host.inject_fault(kind=kind)
    failed = host.run(text_to_image())
    assert failed["status"] == "failed"
    assert failed["execution_error"]["node_type"] == node_type
    assert failed["execution_error"]["exception_type"].endswith(exception)
    assert host.run(text_to_image())["status"] == "completed"


def test_a_run_can_return_fewer_images(host: HostClient) -> None:
    host.inject_fault(kind="fewer_images", calls=2)
    counts = [host.run(text_to_image(batch=batch))["outputs_count"] for batch in (3, 1, 1)]
    assert counts == [2, 0, 1]


def test_a_slow_run_can_be_interrupted(host: HostClient) -> None:
    host.inject_fault(kind="slow_run", seconds=600)
    prompt_id = host.post(text_to_image())
    host.wait_for(prompt_id, "in_progress")
    host.http.post("/interrupt")
    host.wait_for(prompt_id, "cancelled")


def test_faults_are_listed_and_cleared(host: HostClient) -> None:
    host.inject_fault(kind="close_connection", on="view")
    expected = {"kind": "close_connection", "on": "view", "calls": 1, "after": 0, "seconds": 30}
    assert host.http.get("/_faults").json() == {"faults": [expected]}
    assert host.http.delete("/_faults").json() == {"faults": []}


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "fire"},
        {"kind": "fail_run", "on": "prompt"},
        {"kind": "close_connection", "on": "run"},
        [1],
    ],
    ids=str,
)
def test_an_invalid_fault_is_rejected(host: HostClient, fault: object) -> None:
    assert host.http.post("/_faults", json=fault).status_code == 400
    assert host.http.get("/_faults").json() == {"faults": []}


def test_every_operation_has_faults() -> None:
    assert {operation.name for operation in OPERATIONS} == faults.OPERATIONS


@pytest.mark.parametrize("settings", [{}, {"seconds": -1}, {"seconds": "1"}, {"seconds": 1e9}, []])
def test_invalid_settings_are_rejected(host: HostClient, settings: object) -> None:
    assert host.http.post("/_settings", json=settings).status_code == 400


def test_requests_are_recorded(host: HostClient) -> None:
    prompt_id = host.post(plain_image(), client_id="me")
    host.http.post("/api/queue", content=b"\xff{")
    host.http.get("/view?filename=a.png")
    host.http.get("/nowhere")
    prompt, queue, view = host.requests()
    assert prompt == {
        "operation": "prompt",
        "method": "POST",
        "path": "/prompt",
        "query": {},
        "body": {"prompt": plain_image(), "prompt_id": prompt_id, "client_id": "me"},
    }
    assert (queue["path"], queue["body"]) == ("/api/queue", "\ufffd{")
    assert (view["query"], view["body"]) == ({"filename": "a.png"}, "")
    host.http.delete("/_requests")
    assert host.requests() == []
