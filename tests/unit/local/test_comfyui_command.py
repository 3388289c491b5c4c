"""The command of the ComfyUI host, with and without an EC2 instance."""

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
from tests.support.comfyui import HostClient, plain_image, text_to_image
from tests.support.isolated_settings import free_port
from tests.support.stories import eventually


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """Settings with an emulated AWS account."""
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
def host(settings: Settings) -> Iterator[HostClient]:
    host = HostClient(settings.comfyui)
    with comfyui_host(settings):
        yield host
    host.http.close()


def refuses_connections(host: HostClient) -> Callable[[], bool]:
    def is_refused() -> bool:
        try:
            host.http.get("/prompt")
        except httpx2.ConnectError:
            return True
        except httpx2.ReadError:
            pass  # accepted just before the host stopped
        return False

    return is_refused


def test_without_an_instance_the_host_serves_immediately(tmp_path: Path) -> None:
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


def test_a_stopped_instance_refuses_connections_and_loses_its_memory(
    host: HostClient, ec2: Any
) -> None:
    long_run = text_to_image(checkpoint=host.http.get("/models/checkpoints").json()[0])
    ids = [host.run(plain_image())["id"], host.occupy(long_run), host.post(plain_image(2))]
    instance_id = instance.ensure_running(ec2, STACK)

    ec2.stop_instances(InstanceIds=[instance_id])
    assert eventually(refuses_connections(host))

    ec2.start_instances(InstanceIds=[instance_id])
    assert eventually(lambda: not refuses_connections(host)())
    assert [host.job(prompt_id)["status"] for prompt_id in ids] == ["unknown"] * 3
    assert host.view(filename="plain_00001_.png").status_code == 200


def test_a_terminated_instance_refuses_connections(host: HostClient, ec2: Any) -> None:
    ec2.terminate_instances(InstanceIds=[instance.ensure_running(ec2, STACK)])
    assert eventually(refuses_connections(host))


def test_the_last_known_state_applies_while_ec2_is_unreachable() -> None:
    unreachable = client(Settings(aws_port=free_port()), "ec2", instance.POLL_CONFIG)
    assert instance.is_running(unreachable, STACK, last_known=True)
    assert not instance.is_running(unreachable, STACK, last_known=False)


def test_the_same_instance_is_started_again(ec2: Any) -> None:
    first = instance.ensure_running(ec2, STACK)
    ec2.stop_instances(InstanceIds=[first])
    assert instance.ensure_running(ec2, STACK) == first
    assert instance.is_running(ec2, STACK, last_known=False)
    assert instance.ensure_running(ec2, "another") != first


def test_comfyui_url_replaces_the_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMFYUI_URL", "http://gpu.example:8188/")
    assert from_environment().comfyui == "http://gpu.example:8188"
    monkeypatch.delenv("COMFYUI_URL")
    monkeypatch.setenv("COMFYUI_PORT", "9000")
    assert from_environment().comfyui == f"http://{HOST}:9000"
