"""What an upload takes of memory: the growth of a fresh process, over the bytes uploaded."""

import io
import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
from PIL import Image

from bench.inside import handler
from bench.rows import Row
from tests.support.gateway import event
from tests.support.images import picture
from tests.support.stories import V1, parts
from tests.support.worker import Context

SECTION = "Memory of an upload"
BUDGET = 4.0
MEBIBYTES = (0.1, 1, 4)
FUNCTION = "StoriesV1Function"
PATH = f"{V1.base}/upload"

_PER_PIXEL = 0.615  # bytes, of noise at the quality below
# What is freed goes back at once, so that it hides nothing of what is taken afterwards.
_MALLOC = {"MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "65536"}
_STATUS = Path("/proc/self/status")


def rows() -> Iterator[Row]:
    """Linux alone tells a process's peak from a moment on; elsewhere there are no rows."""
    for size in MEBIBYTES if _STATUS.exists() else ():
        command = [sys.executable, "-m", "bench.memory", str(size)]
        said = subprocess.run(
            command, env={**os.environ, **_MALLOC}, check=True, capture_output=True, text=True
        )
        found = json.loads(said.stdout.splitlines()[-1])
        beside = {"payload KiB": found["payload"] / 1024, "growth KiB": found["growth"] / 1024}
        ratio = found["growth"] / found["payload"]
        yield Row(SECTION, f"{size:g} MiB: peak", ratio, "x its bytes", BUDGET, beside)


def photograph(mebibytes: float) -> bytes:
    """A JPEG of about that size, all of it picture."""
    side = round((mebibytes * 2**20 / _PER_PIXEL) ** 0.5)
    buffer = io.BytesIO()
    content = random.Random(0).randbytes(side * side * 3)
    Image.frombytes("RGB", (side, side), content).save(buffer, "JPEG", quality=75)
    return buffer.getvalue()


def upload_event(*contents: bytes) -> dict[str, Any]:
    request = httpx2.Request("POST", f"https://api.example.com{PATH}", files=parts(*contents))
    request.read()
    return event(request, PATH, "/api/v1/images/{proxy+}")


def main() -> None:
    handle, content = handler(FUNCTION), photograph(float(sys.argv[1]))
    asked, payload = upload_event(content), len(content)
    assert handle(upload_event(picture()), Context())["statusCode"] == 200
    del content
    before = _reset_peak()
    answer = handle(asked, Context())
    growth = _kibibytes("VmHWM") * 1024 - before
    assert answer["statusCode"] == 200, answer
    print(json.dumps({"payload": payload, "growth": growth}))


def _reset_peak() -> int:
    """The bytes that the process has now; its peak is counted from here."""
    Path("/proc/self/clear_refs").write_text("5")
    return _kibibytes("VmRSS") * 1024


def _kibibytes(name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+) kB", _STATUS.read_text(), re.MULTILINE)
    assert found
    return int(found[1])


if __name__ == "__main__":
    main()
