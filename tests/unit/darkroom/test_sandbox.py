"""Code in a sandbox has limited time and memory, and cannot harm the process that started it."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from darkroom.images import sandbox
from darkroom.images.sandbox import ChildDiedError

MEMORY = 100 * 2**20


def run(work: Callable[[], Any], seconds: float = 30) -> bytes:
    return sandbox.run(work, seconds, MEMORY)


def test_a_sandbox_returns_the_result() -> None:
    content = os.urandom(10 * 2**20)

    assert run(lambda: content) == content
    assert run(lambda: b"") == b""


def test_endless_work_ends_with_its_time() -> None:
    def work() -> bytes:
        while True:
            pass

    with pytest.raises(TimeoutError):
        run(work, seconds=0.2)


def test_work_within_its_memory_succeeds() -> None:
    assert run(lambda: bytes(MEMORY // 2)[:1]) == b"\0"


def test_work_gets_an_error_for_more_memory() -> None:
    def work() -> bytes:
        try:
            return bytes(2 * MEMORY)[:1]
        except MemoryError:
            return b"no memory"

    assert run(work) == b"no memory"


@pytest.mark.parametrize("end", [os.abort, lambda: os._exit(3), lambda: 1 / 0, lambda: exit()])
def test_a_crash_ends_only_the_sandbox(end: Callable[[], Any]) -> None:
    with pytest.raises(ChildDiedError):
        run(end)


def test_a_result_of_a_child_that_is_killed_while_it_writes_is_rejected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def write_half_and_crash(writer: int, result: bytes) -> None:
        os.write(writer, result[:2])
        os.abort()

    monkeypatch.setattr(sandbox, "_write", write_half_and_crash)

    with pytest.raises(ChildDiedError):
        run(lambda: b"done")


def test_output_of_libraries_is_discarded(capfd: pytest.CaptureFixture[str]) -> None:
    def work() -> bytes:
        os.write(1, b"a warning")
        os.write(2, b"a warning" * 100_000)
        return b"done"

    assert run(work) == b"done"
    assert capfd.readouterr() == ("", "")


def test_sandboxes_run_concurrently() -> None:
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda number: run(lambda: b"%d" % number), range(32)))

    assert results == [b"%d" % number for number in range(32)]


def open_pipes() -> set[str]:
    """The pipes of this process; other tests may close theirs at any time."""
    links = set()
    for entry in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):
            links.add(str(entry.readlink()))
    return {link for link in links if link.startswith("pipe:")}


def test_a_sandbox_leaves_no_open_pipe() -> None:
    before = open_pipes()
    run(lambda: b"done")
    with pytest.raises(ChildDiedError):
        run(os.abort)

    assert open_pipes() <= before
