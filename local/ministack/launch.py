"""MiniStack as a local cloud starts it. Runs by the interpreter of MiniStack's own environment.

MiniStack unpacks a function's code and layers for each of its processes anew: 100 MB, and a second.
Here every archive is unpacked once, and the processes share it, as they only read it. And it waits
for 50 ms after each call that has written no log, lest a line be late; here it does for 5. With
PERMISSIONS_LOG set, each permission that a role uses becomes a line of JSON there.
"""

import functools
import hashlib
import json
import os
import sys
import tempfile
import threading
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ministack.app import main
from ministack.core import iam_evaluator, lambda_runtime

LATE_LINE_SECONDS = 0.005

_evaluate = iam_evaluator.evaluate
_unpacking = threading.Lock()


class SharedArchive(zipfile.ZipFile):
    """An archive on disk, which unpacks into links and goes away then."""

    def namelist(self) -> list[str]:
        """The names on top: all that an unpacked one has of its own."""
        return sorted({name.split("/")[0] for name in super().namelist()})

    def extractall(self, path: Any = None, members: Any = None, pwd: Any = None) -> None:
        archive = Path(str(self.filename))
        shared = self._unpacked(hashlib.sha256(archive.read_bytes()).hexdigest())
        for name in self.namelist():
            Path(path, name).symlink_to(shared / name)
        archive.unlink()

    def _unpacked(self, digest: str) -> Path:
        shared = Path(tempfile.gettempdir(), digest)
        with _unpacking:
            if not shared.exists():
                fresh = tempfile.mkdtemp()
                super().extractall(fresh, super().namelist())
                Path(fresh).rename(shared)
        return shared


def _noted(context: Any, *policies: Any) -> Any:
    result = _evaluate(context, *policies)
    if result.decision == "Allow":
        used = {
            "role": context.principal_arn.split("/")[1],
            "action": context.action,
            "resource": context.resource_arn,
        }
        with Path(os.environ["PERMISSIONS_LOG"]).open("a") as log:
            log.write(json.dumps(used) + "\n")
    return result


if __name__ == "__main__":
    lambda_runtime.zipfile = SimpleNamespace(
        ZipFile=SharedArchive,
        BadZipFile=zipfile.BadZipFile,
        LargeFileError=zipfile.LargeZipFile,  # by that wrong name MiniStack knows it
    )
    drain = lambda_runtime.Worker._drain_stderr_bounded
    lambda_runtime.Worker._drain_stderr_bounded = functools.partialmethod(
        drain, first_line_wait=LATE_LINE_SECONDS
    )
    if "PERMISSIONS_LOG" in os.environ:
        iam_evaluator.evaluate = _noted
    sys.exit(main())
