"""Child processes that run for the duration of a block."""

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from local.settings import HOST, LocalCloudError

START_SECONDS = 30
STOP_SECONDS = 20


def require_free(port: int, variable: str) -> None:
    """Raise `LocalCloudError` if a process listens on the port."""
    with socket.socket() as probe:
        if probe.connect_ex((HOST, port)) == 0:
            raise LocalCloudError(
                f"Port {port} is in use. Stop its process or choose another: make up {variable}=N"
            )


@contextmanager
def running(
    command: Sequence[str | Path],
    log: Path,
    health_url: str,
    env: Mapping[str, str] | None = None,
    stop_seconds: float = STOP_SECONDS,
) -> Iterator[None]:
    """Run the command until the block ends; if it does not stop in time then, it is killed.

    Raises `LocalCloudError` if its health URL does not return 200 in time.
    """
    process = _start(command, log, env or {})
    try:
        if not _becomes_healthy(process, health_url):
            raise LocalCloudError(f"{Path(command[0]).name} did not start; see {log}")
        yield
    finally:
        _stop(process, stop_seconds)


def _start(
    command: Sequence[str | Path], log: Path, env: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    log.parent.mkdir(parents=True, exist_ok=True)
    try:
        with log.open("wb") as output:
            # In a new session, so that Ctrl-C does not reach it and `running` stops it in order.
            return subprocess.Popen(
                command,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **env},
                start_new_session=True,
            )
    except OSError as error:
        raise LocalCloudError(f"{command[0]} cannot be run: {error.strerror}") from error


def _becomes_healthy(process: subprocess.Popen[bytes], url: str) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if _is_healthy(url):
            return True
        time.sleep(0.05)
    return False


def _is_healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _stop(process: subprocess.Popen[bytes], seconds: float) -> None:
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
