"""Every event of `events/` is answered by the deployed functions, and `sam remote invoke` works."""

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
from tests.contract.test_events import ANSWERS, EVENTS, told

# To load it takes the command a second, so it runs one event of each function.
FIRST = {name.split("/")[0]: name for name in reversed(ANSWERS)}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_event_is_answered(aws: Callable[[str], Any], stack: Stack, name: str) -> None:
    function = stack.physical(function_of(name.split("/")[0]))

    answer = aws("lambda").invoke(
        FunctionName=function, Payload=(EVENTS / f"{name}.json").read_bytes()
    )

    assert told(json.load(answer["Payload"])) == ANSWERS[name]


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

    outcome = subprocess.run(
        command,
        env={**os.environ, "SAM_CLI_TELEMETRY": "0"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert told(json.loads(json.loads(outcome.stdout)["Payload"])) == ANSWERS[name]
