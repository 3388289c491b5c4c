"""A function under Lambda's runtime client and the runtime interface emulator of the SAM CLI."""

import importlib.util
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bench.artifacts import machine
from local.settings import HOST, ROOT
from tests.support.functions import CREDENTIALS
from tests.support.isolated_settings import free_port

SCRATCH = ROOT / ".local" / "bench"
RUNTIME = ("awslambdaric", "runtime_client", "simplejson", "snapshot_restore_py")
SECONDS = 60

_INIT = re.compile(r"INIT REPORT\(durationMs: ([\d.]+)\)")
_BILLED = re.compile(r"Billed Duration: (\d+) ms")


@dataclass(frozen=True)
class FunctionSpec:
    """A function to start: its handler, its code folder, its layers and its variables."""

    handler: str
    folder: Path
    layer_path: str
    environment: Mapping[str, str]


def init_milliseconds(spec: FunctionSpec) -> float:
    """The time from the start of the interpreter to the end of the handler's import."""
    return float(_logged(spec, [b"{}"], _INIT)[0])


def billed_milliseconds(spec: FunctionSpec, event: bytes, samples: int) -> list[float]:
    """The duration that Lambda would bill for each of `samples` warm invocations."""
    return [float(duration) for duration in _logged(spec, [event] * (samples + 1), _BILLED)[1:]]


def _logged(spec: FunctionSpec, events: list[bytes], pattern: re.Pattern[str]) -> list[str]:
    """All matches of the pattern in the emulator's log after the events, sent one by one.

    Raises `RuntimeError` if the function did not start.
    """
    with _started(spec) as (url, log):
        for event in events:
            urllib.request.urlopen(url, event, SECONDS).close()
        time.sleep(0.05)  # the last line is written after the response
        matches = pattern.findall(log.read_text())
    if not matches:
        raise RuntimeError(f"{spec.handler} did not start: see {log}")
    return matches


@contextmanager
def _started(spec: FunctionSpec) -> Iterator[tuple[str, Path]]:
    emulator, runtime = (f"{HOST}:{free_port()}" for _ in range(2))
    log = SCRATCH / f"{spec.handler}.log"
    command = [
        _emulator(),
        *("--runtime-interface-emulator-address", emulator, "--runtime-api-address", runtime),
        *(sys.executable, "-S", "-m", "awslambdaric", spec.handler),
    ]
    path = os.pathsep.join(filter(None, [str(_runtime_client()), spec.layer_path]))
    # A function on Lambda cannot write bytecode, which would make the second start faster here.
    env = {**CREDENTIALS, **spec.environment, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=spec.folder,
            env={"PATH": os.environ["PATH"], **env},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for(emulator)
        yield f"http://{emulator}/2015-03-31/functions/function/invocations", log
    finally:
        process.terminate()
        process.wait()


@cache
def _emulator() -> str:
    package = importlib.util.find_spec("samcli")
    assert package and package.origin
    shipped = Path(package.origin).parent / "local" / "rapid" / f"aws-lambda-rie-{machine()}"
    copy = SCRATCH / shipped.name
    SCRATCH.mkdir(parents=True, exist_ok=True)
    copy.write_bytes(shipped.read_bytes())
    copy.chmod(0o755)  # the shipped file is not executable
    return str(copy)


@cache
def _runtime_client() -> Path:
    """A folder with only the runtime client, so that a module missing from a layer is not found."""
    folder = SCRATCH / "runtime"
    folder.mkdir(parents=True, exist_ok=True)
    for name in RUNTIME:
        spec = importlib.util.find_spec(name)
        assert spec and spec.origin
        origin = Path(spec.origin)
        source = origin.parent if origin.name == "__init__.py" else origin
        link = folder / source.name
        link.unlink(missing_ok=True)
        link.symlink_to(source)
    return folder


def _wait_for(address: str) -> None:
    host, port = address.split(":")
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex((host, int(port))) == 0:
                return
        time.sleep(0.01)
    raise RuntimeError("the runtime interface emulator did not start")
