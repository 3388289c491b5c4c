"""Child processes that are up when asked for and gone afterwards."""

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from local.settings import HOST

START_SECONDS = 30
STOP_SECONDS = 20


class LocalCloudError(Exception):
    """Raised with one line that tells the person at the terminal what to do."""


def require_free(port: int, variable: str) -> None:
    """Raise `LocalCloudError` when something listens on the port."""
    with socket.socket() as probe:
        if probe.connect_ex((HOST, port)) == 0:
            raise LocalCloudError(
                f"Port {port} is in use. Stop what uses it, or choose another: make up {variable}=N"
            )


@contextmanager
def running(
    command: Sequence[str | Path], log: Path, health_url: str, env: Mapping[str, str] | None = None
) -> Iterator[None]:
    """Run the command until the block ends. Raises `LocalCloudError` when it does not come up."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        # In a session of its own, so that Ctrl-C reaches us alone and we stop it in order.
        process = subprocess.Popen(
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(env or {})},
            start_new_session=True,
        )
    try:
        _wait_until_healthy(process, health_url, log)
        yield
    finally:
        _stop(process)


def _wait_until_healthy(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if _answers(url):
            return
        time.sleep(0.05)
    raise LocalCloudError(f"{Path(str(process.args[0])).name} did not start; see {log}")  # type: ignore[index]


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
