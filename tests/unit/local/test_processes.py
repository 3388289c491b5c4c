"""Errors at the start of the local cloud are reported in one line."""

import sys
from pathlib import Path

import pytest

from local import processes, settings
from local.processes import require_free, running
from local.settings import LocalCloudError
from tests.support.isolated_settings import free_port


def serve(port: int) -> list[str | Path]:
    return [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]


def test_a_process_runs_until_the_block_ends(tmp_path: Path) -> None:
    port = free_port()

    with (
        running(serve(port), tmp_path / "log", f"http://127.0.0.1:{port}/"),
        pytest.raises(LocalCloudError, match=f"Port {port} is in use"),
    ):
        require_free(port, "PORT")

    require_free(port, "PORT")


def test_a_process_that_exits_immediately_is_reported_with_its_log(tmp_path: Path) -> None:
    command: list[str | Path] = [sys.executable, "-c", "raise SystemExit(3)"]

    with (
        pytest.raises(LocalCloudError, match=r"did not start; see .*log"),
        running(command, tmp_path / "log", "http://127.0.0.1:9/"),
    ):
        pass


def test_an_unresponsive_process_is_reported_and_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "START_SECONDS", 0.3)
    port = free_port()

    with (
        pytest.raises(LocalCloudError, match="did not start"),
        running(serve(port), tmp_path / "log", f"http://127.0.0.1:{port}/missing"),
    ):
        pass

    require_free(port, "PORT")


def test_a_missing_program_is_reported(tmp_path: Path) -> None:
    with (
        pytest.raises(LocalCloudError, match="missing-program cannot be run"),
        running([tmp_path / "missing-program"], tmp_path / "log", "http://127.0.0.1:9/"),
    ):
        pass


@pytest.mark.parametrize("port", ["", "http", "0", "65536", "-1"])
def test_an_invalid_port_is_reported(port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PORT", port)

    with pytest.raises(LocalCloudError, match="AWS_PORT must be a port"):
        settings.from_environment()


@pytest.mark.parametrize("count", ["", "many", "0", "-1", "1.5"])
def test_an_invalid_number_is_reported(count: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCURRENCY", count)

    with pytest.raises(LocalCloudError, match="CONCURRENCY must be a number"):
        settings.from_environment()
