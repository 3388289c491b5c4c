import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.isolated_settings import free_port
from tests.unit.local.conftest import Cloud, picture

COMMAND = [sys.executable, "-m", "local.cloudinary"]
ACCOUNT = {
    "CLOUDINARY_CLOUD_NAME": "demo",
    "CLOUDINARY_API_KEY": "key",
    "CLOUDINARY_API_SECRET": "abcd",
}


def environment(**account: str) -> dict[str, str]:
    return {name: os.environ[name] for name in ("PATH",) if name in os.environ} | account


def wait_for(port: int, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def test_the_command_reads_the_account_from_the_environment(tmp_path: Path) -> None:
    port = free_port()
    command = [*COMMAND, "--port", str(port), "--data", str(tmp_path), "--admin-quota", "7"]
    with subprocess.Popen(command, env=environment(**ACCOUNT)) as process:
        try:
            wait_for(port)
            cloud = Cloud(f"http://127.0.0.1:{port}")
            assert cloud.upload(picture(), public_id="a")["public_id"] == "a"
            assert cloud.admin("ping").rate_limit_allowed == 7
            cloud.http.close()
        finally:
            process.terminate()


def test_cloudinary_url_configures_the_sdk_for_the_emulator(cloud: Cloud) -> None:
    script = "import cloudinary.api; print(cloudinary.api.ping()['status'])"
    run = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        env=environment(CLOUDINARY_URL=f"cloudinary://key:abcd@demo?upload_prefix={cloud.url}"),
    )
    assert run.stdout == "ok\n", run.stderr


@pytest.mark.parametrize(
    ("variable", "option"),
    [
        ("CLOUDINARY_CLOUD_NAME", "--cloud"),
        ("CLOUDINARY_API_KEY", "--api-key"),
        ("CLOUDINARY_API_SECRET", "--api-secret"),
    ],
)
def test_the_account_has_no_default(variable: str, option: str) -> None:
    account = {name: value for name, value in ACCOUNT.items() if name != variable}
    run = subprocess.run(COMMAND, capture_output=True, text=True, env=environment(**account))
    assert run.returncode == 2
    assert f"arguments are required: {option}" in run.stderr
