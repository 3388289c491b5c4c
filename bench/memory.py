"""The memory of an upload: how much a fresh process grows, relative to the uploaded bytes."""

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

from bench.in_process import handler
from bench.rows import Row
from tests.support.gateway import event
from tests.support.handler_process import LambdaContext
from tests.support.images import picture
from tests.support.stories import V1, file_parts

SECTION = "Memory of an upload"
BUDGET = 4.0
MEBIBYTES = (0.1, 1, 4)
FUNCTION = "StoriesV1Function"
PATH = f"{V1.base}/upload"

_BYTES_PER_PIXEL = 0.615  # of noise at the quality below
# glibc returns freed memory to the system at once, so that reuse of it does not hide growth.
_MALLOC = {"MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "65536"}
_STATUS = Path("/proc/self/status")


def rows() -> Iterator[Row]:
    """No rows except on Linux, the only system on which a process can reset its peak."""
    for size in MEBIBYTES if _STATUS.exists() else ():
        command = [sys.executable, "-m", "bench.memory", str(size)]
        process = subprocess.run(
            command, env={**os.environ, **_MALLOC}, check=True, capture_output=True, text=True
        )
        result = json.loads(process.stdout.splitlines()[-1])
        figures = {"payload KiB": result["payload"] / 1024, "growth KiB": result["growth"] / 1024}
        ratio = result["growth"] / result["payload"]
        yield Row(SECTION, f"{size:g} MiB: peak", ratio, "x payload", BUDGET, figures)


def photograph(mebibytes: float) -> bytes:
    """A JPEG of about that size, without metadata."""
    side = round((mebibytes * 2**20 / _BYTES_PER_PIXEL) ** 0.5)
    buffer = io.BytesIO()
    content = random.Random(0).randbytes(side * side * 3)
    Image.frombytes("RGB", (side, side), content).save(buffer, "JPEG", quality=75)
    return buffer.getvalue()


def upload_event(*contents: bytes) -> dict[str, Any]:
    request = httpx2.Request("POST", f"https://api.example.com{PATH}", files=file_parts(*contents))
    request.read()
    return event(request, PATH, "/api/v1/images/{proxy+}")


def main() -> None:
    handle, content = handler(FUNCTION), photograph(float(sys.argv[1]))
    upload, payload = upload_event(content), len(content)
    assert handle(upload_event(picture()), LambdaContext())["statusCode"] == 200
    del content
    before = _reset_peak()
    response = handle(upload, LambdaContext())
    growth = _status_kibibytes("VmHWM") * 1024 - before
    assert response["statusCode"] == 200, response
    print(json.dumps({"payload": payload, "growth": growth}))


def _reset_peak() -> int:
    """Reset the process's peak to its current memory; the bytes of that."""
    Path("/proc/self/clear_refs").write_text("5")
    return _status_kibibytes("VmRSS") * 1024


def _status_kibibytes(name: str) -> int:
    match = re.search(rf"^{name}:\s+(\d+) kB", _STATUS.read_text(), re.MULTILINE)
    assert match
    return int(match[1])


if __name__ == "__main__":
    main()
