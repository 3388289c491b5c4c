"""The ComfyUI client, tested against the stand-in with and without jobs routes."""

import io
import time
import uuid
from collections.abc import Iterator
from typing import Any

import boto3
import httpx2
import pytest
from moto import mock_aws
from PIL import Image
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from darkroom.comfyui import connection, host
from darkroom.comfyui.runs import Run, RunState
from darkroom.errors import HostResponseError, HostUnreachableError, RunFailedError
from local.comfyui.app import create_app
from local.comfyui.settings import Settings
from local.serving import serving
from tests.support.comfyui import CHECKPOINT, node, text_to_image

ENDED = {RunState.SUCCEEDED, RunState.FAILED, RunState.CANCELLED}


class OldHost:
    """A host from before December 2025, without jobs routes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("path", "").startswith("/api/jobs"):
            status = 405 if scope["method"] == "POST" else 404
            await PlainTextResponse("404: Not Found", status)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


@pytest.fixture(scope="module", params=["new", "old"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    settings = Settings(tmp_path_factory.mktemp("host"), seconds=0, checkpoints=(CHECKPOINT,))
    app: ASGIApp = create_app(settings)
    with serving(OldHost(app) if request.param == "old" else app) as url:
        yield url
        connection._pool().clear()


@pytest.fixture
def stand_in(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx2.Client]:
    """A client of the stand-in for faults and settings; the code under test uses the same host."""
    monkeypatch.setattr(connection, "URL", url)
    with httpx2.Client(base_url=url) as client:
        yield client
        client.delete("/_faults")
        client.post("/_settings", json={"seconds": 0})


def submit(**options: Any) -> str:
    prompt_id = str(uuid.uuid4())
    host.submit(prompt_id, text_to_image(prefix=prompt_id, **options))
    return prompt_id


def wait_for_state(prompt_id: str, *states: RunState) -> Run:
    deadline = time.monotonic() + 20
    while (run := host.find_run(prompt_id)) is None or run.state not in states:
        assert time.monotonic() < deadline, run
        time.sleep(0.02)
    return run


def wait_for_end(prompt_id: str) -> Run:
    return wait_for_state(prompt_id, *ENDED)


def test_a_run_ends_with_its_images(stand_in: httpx2.Client) -> None:
    run = wait_for_end(submit(batch=3, size=(128, 64)))

    assert run.state is RunState.SUCCEEDED
    pictures = [Image.open(io.BytesIO(host.fetch_image(file))) for file in run.files]
    assert [picture.size for picture in pictures] == [(128, 64)] * 3
    assert [picture.info for picture in pictures] == [{}] * 3


def test_an_unknown_prompt_has_no_run(stand_in: httpx2.Client) -> None:
    assert host.find_run(str(uuid.uuid4())) is None


def test_a_waiting_run_is_cancelled_while_another_runs(stand_in: httpx2.Client) -> None:
    stand_in.post("/_settings", json={"seconds": 60})
    first, second = submit(seed=1), submit(seed=2)
    wait_for_state(first, RunState.RUNNING)
    assert wait_for_state(second, RunState.WAITING).files == []
    assert host.queue_length() == 2

    host.cancel(second)

    assert host.find_run(second) is None
    wait_for_state(first, RunState.RUNNING)
    host.cancel(first)
    assert wait_for_end(first).state is RunState.CANCELLED


@pytest.mark.parametrize("kind", ["fail_run", "out_of_memory"])
def test_the_error_of_a_run_names_the_node_and_no_path(stand_in: httpx2.Client, kind: str) -> None:
    stand_in.post("/_faults", json={"on": "run", "kind": kind})

    run = wait_for_end(submit())

    assert run.state is RunState.FAILED
    assert run.error.split(":")[0] in ("CheckpointLoaderSimple", "KSampler")
    assert "/" not in run.error


@pytest.mark.parametrize(
    ("graph", "message"),
    [
        ({}, "has no outputs"),
        ({"1": node("Nothing")}, "rejected"),
        (
            {**text_to_image(), "4": node("CheckpointLoaderSimple", ckpt_name="none")},
            "CheckpointLoaderSimple: Value not in list: ckpt_name",
        ),
        (
            {**text_to_image(), "5": node("EmptyLatentImage", width=1, height=64, batch_size=1)},
            "EmptyLatentImage: Value 1 smaller than min of 16: width",
        ),
    ],
)
def test_a_rejected_graph_is_reported_in_one_line(
    stand_in: httpx2.Client, graph: dict[str, Any], message: str
) -> None:
    with pytest.raises(RunFailedError, match=message):
        host.submit(str(uuid.uuid4()), graph)


def test_a_missing_image_raises_run_failed(stand_in: httpx2.Client) -> None:
    with pytest.raises(RunFailedError):
        host.fetch_image({"filename": "none.png", "subfolder": "", "type": "output"})


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("http_500", HostResponseError),
        ("http_502", HostUnreachableError),
        ("close_connection", HostUnreachableError),
    ],
)
def test_error_responses_differ_from_an_unreachable_host(
    stand_in: httpx2.Client, kind: str, error: type[Exception]
) -> None:
    stand_in.post("/_faults", json={"on": "prompt", "kind": kind, "calls": 1})

    with pytest.raises(HostUnreachableError) as raised:
        host.queue_length()

    assert type(raised.value) is error


def test_an_unreachable_host_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "URL", "http://127.0.0.1:1")

    assert host.is_ready(2) is False


def test_a_protected_host_receives_its_header(
    stand_in: httpx2.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "TOKEN_PARAMETER", "/darkroom/host")
    with mock_aws():
        boto3.client("ssm").put_parameter(
            Name="/darkroom/host", Value="X-API-Key: a b", Type="SecureString"
        )
        headers = connection._headers()

    assert headers == {"X-API-Key": "a b"}
