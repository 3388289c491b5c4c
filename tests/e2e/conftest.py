"""End-to-end tests run on a local cloud of their own."""

import json
import subprocess
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import httpx2
import pytest

from local.settings import REGION, STACK, Settings
from local.stack import CREDENTIALS, client
from ops.reconcile import Differences, compare, owned_assets
from ops.stack import Stack
from tests.conftest import Target
from tests.support import permissions
from tests.support.journeys import World
from tests.support.stories import eventually

Without = Callable[[str, str], AbstractContextManager[None]]


@pytest.fixture
def target(cloud: Target) -> Target:
    return cloud


@pytest.fixture
def settings(cloud: Target) -> Settings:
    assert cloud.settings
    return cloud.settings


@pytest.fixture
def aws(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """Clients of the emulated account; the operators' tools find it in the environment."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_ENDPOINT_URL", settings.aws_url)
    return lambda service: client(settings, service)


@pytest.fixture
def stack(aws: Callable[[str], Any]) -> Stack:
    return Stack(STACK)


@pytest.fixture
def invoke(aws: Callable[[str], Any], stack: Stack) -> Callable[[str, Any], Any]:
    """Run one function with an event of our own."""

    def run(logical_id: str, event: Any) -> Any:
        answer = aws("lambda").invoke(
            FunctionName=stack.physical(logical_id), Payload=json.dumps(event)
        )
        assert "FunctionError" not in answer, answer["Payload"].read()
        return json.load(answer["Payload"])

    return run


@pytest.fixture
def kill(settings: Settings) -> Callable[[str], None]:
    """End the processes of one function in the middle of whatever they do."""

    def run(logical_id: str) -> None:
        pattern = f"{settings.data}/.*-{logical_id}-"
        subprocess.run(["pkill", "-KILL", "-f", pattern], check=False)

    return run


@pytest.fixture
def without(aws: Callable[[str], Any]) -> Without:
    """Take one action out of a function's role for a while."""

    def reduced(function: str, action: str) -> AbstractContextManager[None]:
        iam = aws("iam")
        assert any(grant.allows(function, action) for grant in permissions.grants(iam))
        return permissions.without(iam, function, action)

    return reduced


@pytest.fixture
def world(
    api: httpx2.Client,
    cloudinary: httpx2.Client,
    comfyui: httpx2.Client,
    aws: Callable[[str], Any],
    stack: Stack,
    invoke: Callable[[str, Any], Any],
    kill: Callable[[str], None],
) -> World:
    return World(api, cloudinary, comfyui, aws, stack, invoke, kill)


@pytest.fixture
def differences(stack: Stack, invoke: Callable[[str, Any], Any]) -> Callable[[], Differences]:
    """What still tells rows and assets apart once the clean-up had its time."""

    def settled() -> Differences:
        def agree() -> bool:
            invoke("UploadSweeperFunction", {})
            return not any(owned_assets(stack, "UploadsTable")) and not compare(stack)

        eventually(agree)
        return compare(stack)

    return settled
