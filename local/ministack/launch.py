"""Starts MiniStack for a local cloud, with the interpreter of MiniStack's environment.

It changes MiniStack in three ways:

- MiniStack unpacks code and layers for each process of a function, which takes 100 MB and a
  second. Here, an archive is unpacked once and the processes share its files.
- MiniStack waits 50 ms for log lines after a call that has logged nothing. Here, it waits 5 ms.
- If PERMISSIONS_LOG is set, each use of a role's permission is appended to that file as JSON.
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
    """An archive that is extracted as links to shared files, and then deleted."""

    def namelist(self) -> list[str]:
        """The names at the top level, each of which is extracted as a link."""
        return sorted({name.split("/")[0] for name in super().namelist()})

    def extractall(self, path: Any = None, members: Any = None, pwd: Any = None) -> None:
        archive = Path(str(self.filename))
        shared = self._shared_files(hashlib.sha256(archive.read_bytes()).hexdigest())
        for name in self.namelist():
            Path(path, name).symlink_to(shared / name)
        archive.unlink()

    def _shared_files(self, digest: str) -> Path:
        shared = Path(tempfile.gettempdir(), digest)
        with _unpacking:
            if not shared.exists():
                unfinished = tempfile.mkdtemp()
                super().extractall(unfinished, super().namelist())
                Path(unfinished).rename(shared)
        return shared


def _evaluate_and_log(context: Any, *policies: Any) -> Any:
    result = _evaluate(context, *policies)
    if result.decision == "Allow":
        permission = {
            "role": context.principal_arn.split("/")[1],
            "action": context.action,
            "resource": context.resource_arn,
        }
        with Path(os.environ["PERMISSIONS_LOG"]).open("a") as log:
            log.write(json.dumps(permission) + "\n")
    return result


if __name__ == "__main__":
    lambda_runtime.zipfile = SimpleNamespace(
        ZipFile=SharedArchive,
        BadZipFile=zipfile.BadZipFile,
        LargeFileError=zipfile.LargeZipFile,  # MiniStack uses this name
    )
    drain = lambda_runtime.Worker._drain_stderr_bounded
    lambda_runtime.Worker._drain_stderr_bounded = functools.partialmethod(
        drain, first_line_wait=LATE_LINE_SECONDS
    )
    if "PERMISSIONS_LOG" in os.environ:
        iam_evaluator.evaluate = _evaluate_and_log
    sys.exit(main())
