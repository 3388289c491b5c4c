"""The peak memory of ingestion, measured in a process of its own."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from ops import template


def peak_memory(image: Path) -> int:
    """The bytes of a process that decodes the image, at their peak."""
    result = image.with_suffix(".peak")
    command = [sys.executable, "-m", "tests.support.peak_memory", str(image), str(result)]
    subprocess.run(command, cwd=template.ROOT, check=True)
    return int(result.read_text())


def main(image: Path, result: Path) -> None:
    import tests.unit.conftest  # noqa: F401 - sets the environment of the functions

    sys.path[:0] = ["functions", "layers/darkroom"]
    from darkroom.images import decoding
    from darkroom.images.ingestion import File, read_image

    report = decoding._report

    def measured(*args: Any) -> bytes:
        try:
            return report(*args)
        finally:
            # `getrusage` includes the peak of the process that started this one.
            status = Path("/proc/self/status").read_text()
            (kibibytes,) = re.findall(r"VmHWM:\s+(\d+) kB", status)
            result.write_text(str(1024 * int(kibibytes)))

    decoding._report = measured  # type: ignore[assignment]
    read_image(File("a", image.read_bytes()))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
