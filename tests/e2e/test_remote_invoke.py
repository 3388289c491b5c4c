"""`sam remote invoke` runs every event of `events/` on the local stack."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from local.settings import REGION, STACK
from local.stack import CREDENTIALS
from tests.conftest import Target
from tests.contract.test_events import ANSWERS, EVENTS, told
from tests.support.template import function_of


@pytest.mark.parametrize("name", ANSWERS)
def test_an_event_is_answered(cloud: Target, name: str) -> None:
    assert cloud.settings
    function = function_of(name.split("/")[0])
    command: list[str | Path] = [
        Path(sys.executable).with_name("sam"),
        "remote",
        "invoke",
        function,
        "--stack-name",
        STACK,
        "--event-file",
        EVENTS / f"{name}.json",
        "--output",
        "json",
    ]

    outcome = subprocess.run(
        command,
        env={
            **os.environ,
            **CREDENTIALS,
            "AWS_ENDPOINT_URL": cloud.settings.aws_url,
            "AWS_DEFAULT_REGION": REGION,
            "SAM_CLI_TELEMETRY": "0",
        },
        capture_output=True,
        text=True,
        check=True,
    )

    assert told(json.loads(json.loads(outcome.stdout)["Payload"])) == ANSWERS[name]
