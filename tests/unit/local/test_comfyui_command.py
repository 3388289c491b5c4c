"""The host as a process, alone and as an EC2 instance has it."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from moto.server import ThreadedMotoServer

from local.cloud import comfyui_host
from local.comfyui import instance
from local.processes import running
from local.settings import HOST, STACK, Settings, from_environment
from local.stack import client
from tests.support.beside import free_port
from tests.support.comfyui import Host, plain_image, text_to_image
from tests.support.stories import eventually


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """With an emulated account behind them."""
    settings = Settings(
        aws_port=free_port(), comfyui_port=free_port(), comfyui_seconds=0, data=tmp_path
    )
    aws = ThreadedMotoServer(ip_address=HOST, port=settings.aws_port, verbose=False)
    aws.start()
    yield settings
    aws.stop()


@pytest.fixture
def ec2(settings: Settings) -> Any:
    return client(settings, "ec2")


@pytest.fixture
def host(settings: Settings) -> Iterator[Host]:
    host = Host(settings.comfyui)
    with comfyui_host(settings):
        yield host
    host.http.close()


def refuses(host: Host) -> Callable[[], bool]:
    def refused() -> bool:
        try:
            host.http.get("/prompt")
        except httpx2.ConnectError:
            return True
        except httpx2.ReadError:
            pass  # a connection that it took in its last moment
        return False

    return refused


def test_alone_it_listens_from_the_first_to_the_last(tmp_path: Path) -> None:
    port = free_port()
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "local.comfyui",
        "--port",
        str(port),
        "--data",
        tmp_path,
    ]
    url = f"http://{HOST}:{port}"
    with running(
        [*command, "--checkpoint", "a", "--checkpoint", "b"], tmp_path / "log", url + "/prompt"
    ):
        assert httpx2.get(f"{url}/models/checkpoints").json() == ["a", "b"]


def test_a_stopped_instance_refuses_and_has_forgotten_everything(host: Host, ec2: Any) -> None:
    long = text_to_image(checkpoint=host.http.get("/models/checkpoints").json()[0])
    ids = [host.run(plain_image())["id"], host.occupy(long), host.post(plain_image(2))]
    instance_id = instance.ensure_running(ec2, STACK)

    ec2.stop_instances(InstanceIds=[instance_id])
    assert eventually(refuses(host))

    ec2.start_instances(InstanceIds=[instance_id])
    assert eventually(lambda: not refuses(host)())
    assert [host.job(one)["status"] for one in ids] == ["unknown"] * 3
    assert host.view(filename="plain_00001_.png").status_code == 200


def test_a_terminated_instance_refuses(host: Host, ec2: Any) -> None:
    ec2.terminate_instances(InstanceIds=[instance.ensure_running(ec2, STACK)])
    assert eventually(refuses(host))


def test_what_was_so_far_goes_on_while_the_account_is_silent() -> None:
    nowhere = client(Settings(aws_port=free_port()), "ec2", instance.WATCHING)
    assert instance.is_running(nowhere, STACK, so_far=True)
    assert not instance.is_running(nowhere, STACK, so_far=False)


def test_one_instance_serves_for_good(ec2: Any) -> None:
    first = instance.ensure_running(ec2, STACK)
    ec2.stop_instances(InstanceIds=[first])
    assert instance.ensure_running(ec2, STACK) == first
    assert instance.is_running(ec2, STACK, so_far=False)
    assert instance.ensure_running(ec2, "another") != first


def test_a_real_host_takes_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMFYUI_URL", "http://gpu.example:8188/")
    assert from_environment().comfyui == "http://gpu.example:8188"
    monkeypatch.delenv("COMFYUI_URL")
    monkeypatch.setenv("COMFYUI_PORT", "9000")
    assert from_environment().comfyui == f"http://{HOST}:9000"
