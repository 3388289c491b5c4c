"""A child process with limited time and memory, for code that parses untrusted files.

Decoders are C libraries: no exception stops them, and a damaged file may crash them. The child can
be killed, its memory returns to the system, and what its libraries print is discarded.
"""

import faulthandler
import gc
import os
import resource
import select
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

_CHUNK = 1024 * 1024  # bytes read from the child at once
_STATM = Path("/proc/self/statm")  # missing outside Linux: no limit on memory there

# A child must not inherit the pipe of another one, or its end would not be noticed.
FORK_LOCK = threading.Lock()


class ChildDiedError(Exception):
    """Raised when the child fails, for example by a signal."""


def run(work: Callable[[], bytes], seconds: float, memory: int) -> bytes:
    """The result of `work`, which runs in a child process with that much additional memory.

    Raises `TimeoutError` after the given seconds, and `ChildDiedError` for a child that fails.
    Nothing that the child returns is executed.
    """
    deadline = time.monotonic() + seconds
    with FORK_LOCK:
        reader, writer = os.pipe()
        pid = os.fork()
        if not pid:
            _run_child(work, writer, seconds, memory)
        os.close(writer)
    try:
        result = _read(reader, deadline)
    finally:
        os.close(reader)
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
    match os.waitstatus_to_exitcode(status):
        case 0:
            return result
        case code if code == -signal.SIGXCPU:
            raise TimeoutError
        case code:
            raise ChildDiedError(f"the child ended with {code}")


def _run_child(work: Callable[[], bytes], writer: int, seconds: float, memory: int) -> NoReturn:
    try:
        gc.disable()  # finalizers of the parent's objects must not run here
        _discard_output()
        _limit(seconds, memory)
        _write(writer, work())
        os._exit(0)  # without the parent's exit handlers and buffers
    finally:
        os._exit(1)


def _discard_output() -> None:
    faulthandler.disable()
    null = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(null, stream)


def _limit(seconds: float, memory: int) -> None:
    _lower(resource.RLIMIT_CORE, 0)
    # For a child that outlives its parent. Threads of a decoder spend their times together.
    _lower(resource.RLIMIT_CPU, 1 + int(seconds * (os.cpu_count() or 1)))
    with suppress(OSError):
        data = int(_STATM.read_text().split()[5]) * resource.getpagesize()
        _lower(resource.RLIMIT_DATA, data + memory)


def _lower(limit: int, value: int) -> None:
    _, maximum = resource.getrlimit(limit)
    if maximum == resource.RLIM_INFINITY or value < maximum:
        resource.setrlimit(limit, (value, value))


def _write(writer: int, result: bytes) -> None:
    rest = memoryview(result)
    while rest:
        rest = rest[os.write(writer, rest) :]


def _read(reader: int, deadline: float) -> bytes:
    """All that the child writes. Raises `TimeoutError`."""
    chunks = []
    while chunk := _read_chunk(reader, deadline):
        chunks.append(chunk)
    return b"".join(chunks)


def _read_chunk(reader: int, deadline: float) -> bytes:
    poll = select.poll()  # `select.select` fails for a process with many open files
    poll.register(reader, select.POLLIN)
    if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
        raise TimeoutError
    return os.read(reader, _CHUNK)
