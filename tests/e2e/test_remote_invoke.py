"""The deployed functions handle every event under `events/`, and `sam remote invoke` works."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local.settings import STACK
from ops.stack import Stack
from ops.template import function_of
from tests.contract.test_events import EVENTS, EXPECTED, status_or_value

# The command takes a second to start, so it runs only one event of each function.
FIRST = {name.split("/")[0]: name for name in reversed(EXPECTED)}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_deployed_function_handles_its_event(
    aws: Callable[[str], Any], stack: Stack, name: str
) -> None:
    function = stack.physical(function_of(name.split("/")[0]))

    response = aws("lambda").invoke(
        FunctionName=function, Payload=(EVENTS / f"{name}.json").read_bytes()
    )

    assert status_or_value(json.load(response["Payload"])) == EXPECTED[name]


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("package", FIRST)
def test_sam_invokes_a_function_with_its_event(package: str) -> None:
    name = FIRST[package]
    command: list[str | Path] = [
        Path(sys.executable).with_name("sam"),
        *("remote", "invoke", function_of(package)),
        *("--stack-name", STACK),
        *("--event-file", EVENTS / f"{name}.json"),
        *("--output", "json"),
    ]

    completed = subprocess.run(
        command,
        env={**os.environ, "SAM_CLI_TELEMETRY": "0"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert status_or_value(json.loads(json.loads(completed.stdout)["Payload"])) == EXPECTED[name]
