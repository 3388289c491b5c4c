"""A function under Lambda's own runtime client, driven by the emulator that the SAM CLI ships."""

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
from tests.support.beside import free_port
from tests.support.functions import CREDENTIALS

SCRATCH = ROOT / ".local" / "bench"
RUNTIME = ("awslambdaric", "runtime_client", "simplejson", "snapshot_restore_py")
SECONDS = 60

_INIT = re.compile(r"INIT REPORT\(durationMs: ([\d.]+)\)")
_BILLED = re.compile(r"Billed Duration: (\d+) ms")


@dataclass(frozen=True)
class Subject:
    """What is started: a handler, the folder it is in, the path of its layers, its variables."""

    handler: str
    folder: Path
    path: str
    environment: Mapping[str, str]


def init_milliseconds(subject: Subject) -> float:
    """From the start of the interpreter to the end of the handler's import."""
    return float(_said(subject, [b"{}"], _INIT)[0])


def billed_milliseconds(subject: Subject, event: bytes, times: int) -> list[float]:
    """What Lambda would bill for each of so many warm calls."""
    return [float(found) for found in _said(subject, [event] * (times + 1), _BILLED)[1:]]


def _said(subject: Subject, events: list[bytes], what: re.Pattern[str]) -> list[str]:
    """What the emulator's log tells of the events, sent one after the other."""
    with _started(subject) as (url, log):
        for event in events:
            urllib.request.urlopen(url, event, SECONDS).close()
        time.sleep(0.05)  # the last line follows the answer
        found = what.findall(log.read_text())
    if not found:
        raise RuntimeError(f"{subject.handler} did not start: see {log}")
    return found


@contextmanager
def _started(subject: Subject) -> Iterator[tuple[str, Path]]:
    emulator, runtime = (f"{HOST}:{free_port()}" for _ in range(2))
    log = SCRATCH / f"{subject.handler}.log"
    command = [
        _emulator(),
        *("--runtime-interface-emulator-address", emulator, "--runtime-api-address", runtime),
        *(sys.executable, "-S", "-m", "awslambdaric", subject.handler),
    ]
    path = os.pathsep.join(filter(None, [str(_runtime_client()), subject.path]))
    # What Lambda forbids a function, writing bytecode, must not make the second run faster.
    env = {**CREDENTIALS, **subject.environment, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=subject.folder,
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
    copy.chmod(0o755)  # it ships without leave to be run
    return str(copy)


@cache
def _runtime_client() -> Path:
    """A folder with the runtime client alone: what a layer lacks must not be found elsewhere."""
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
