"""The stack's functions as processes, each with its environment from the template."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Self

from ops import template
from ops.template import ROOT

HANDLER_PROCESS = Path(__file__).with_name("handler_process.py")
# The folder of `functions` and `layers`; for `make mutate` a changed copy.
SOURCES = Path(os.environ.get("SOURCES", ROOT))
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
}


class FunctionError(Exception):
    """A handler raised an exception with this message."""


class Functions:
    """Starts a function's process on its first event and keeps it warm, as Lambda does."""

    def __init__(self, aws_url: str, log: Path, values: dict[str, str]) -> None:
        self._aws_url = aws_url
        self._log = log.open("wb")
        self._values = values
        self._processes: dict[str, subprocess.Popen[str]] = {}
        self._locks: dict[str, threading.Lock] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes.values():
            process.kill()
            process.communicate()
        self._log.close()

    def invoke(self, name: str, event: Any) -> Any:
        """Return the handler's result. Concurrent events of one function wait for each other."""
        with self._locks.setdefault(name, threading.Lock()):
            return self._invoke(name, event)

    def _invoke(self, name: str, event: Any) -> Any:
        process = self._processes.get(name) or self._start(name)
        assert process.stdin and process.stdout
        process.stdin.write(json.dumps(event) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        assert line, f"{name} died: see {self._log.name}"
        output = json.loads(line)
        if "error" in output:
            raise FunctionError(output["error"])
        return output["result"]

    def _start(self, name: str) -> subprocess.Popen[str]:
        function = template.functions()[name]
        self._processes[name] = subprocess.Popen(
            [sys.executable, "-P", "-W", "error", HANDLER_PROCESS, function["Handler"]],
            env={
                **CREDENTIALS,
                **template.environment(function, self._values),
                "AWS_ENDPOINT_URL": self._aws_url,
                "PATH": os.environ["PATH"],
                "PYTHONPATH": os.pathsep.join(
                    [f"{SOURCES}/functions", f"{SOURCES}/layers/darkroom"]
                ),
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        return self._processes[name]
