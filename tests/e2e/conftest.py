"""Fixtures of the end-to-end tests, which run on a local cloud."""

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
from tests.conftest import SystemUnderTest
from tests.support import permissions
from tests.support.journeys import Deployment
from tests.support.stories import eventually

RevokePermission = Callable[[str, str], AbstractContextManager[None]]


@pytest.fixture
def system(cloud: SystemUnderTest) -> SystemUnderTest:
    return cloud


@pytest.fixture
def settings(cloud: SystemUnderTest) -> Settings:
    assert cloud.settings
    return cloud.settings


@pytest.fixture
def aws(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """Clients of the emulated account. Operator tools read its endpoint from the environment."""
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
    """Invoke one function with an event."""

    def run(logical_id: str, event: Any) -> Any:
        response = aws("lambda").invoke(
            FunctionName=stack.physical(logical_id), Payload=json.dumps(event)
        )
        assert "FunctionError" not in response, response["Payload"].read()
        return json.load(response["Payload"])

    return run


@pytest.fixture
def kill(settings: Settings) -> Callable[[str], None]:
    """Kill the processes of one function."""

    def run(logical_id: str) -> None:
        pattern = f"{settings.data}/.*-{logical_id}-"
        subprocess.run(["pkill", "-KILL", "-f", pattern], check=False)

    return run


@pytest.fixture
def revoke_permission(aws: Callable[[str], Any]) -> RevokePermission:
    """Remove one action from a function's role while a context is open."""

    def revoke(function: str, action: str) -> AbstractContextManager[None]:
        iam = aws("iam")
        assert any(grant.allows(function, action) for grant in permissions.grants(iam))
        return permissions.permission_revoked(iam, function, action)

    return revoke


@pytest.fixture
def deployment(
    api: httpx2.Client,
    cloudinary: httpx2.Client,
    comfyui: httpx2.Client,
    aws: Callable[[str], Any],
    stack: Stack,
    invoke: Callable[[str, Any], Any],
    kill: Callable[[str], None],
) -> Deployment:
    return Deployment(api, cloudinary, comfyui, aws, stack, invoke, kill)


@pytest.fixture
def differences(stack: Stack, invoke: Callable[[str, Any], Any]) -> Callable[[], Differences]:
    """The remaining differences between rows and assets after the clean-up."""

    def compare_settled() -> Differences:
        def is_settled() -> bool:
            invoke("UploadSweeperFunction", {})
            return not any(owned_assets(stack, "UploadsTable")) and not compare(stack)

        eventually(is_settled)
        return compare(stack)

    return compare_settled
