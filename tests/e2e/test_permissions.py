"""Each function runs under its role, which grants what the function uses and nothing else."""

import tomllib
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

import httpx2
import pytest

from local.settings import Settings
from security.scan import SUPPRESSIONS
from tests.e2e.conftest import RevokePermission
from tests.support.images import picture
from tests.support.journeys import JOURNEYS, Deployment
from tests.support.permissions import grants, managed_policies, uses
from tests.support.stories import V2, Stories

ACCEPTED = tomllib.loads(SUPPRESSIONS.read_text())


def test_an_upload_needs_the_permission_to_write(
    api: httpx2.Client, revoke_permission: RevokePermission
) -> None:
    stories = Stories(api, V2)

    with revoke_permission("StoriesV2Function", "dynamodb:PutItem"):
        assert stories.post(picture()).status_code == 500

    assert stories.post(picture()).status_code == 200


@pytest.mark.documented
@pytest.mark.timeout(600)
def test_every_permission_is_used(deployment: Deployment, settings: Settings) -> None:
    deployment.settle()
    for journey in JOURNEYS:
        journey(deployment)

    assert settings.permissions
    used = uses(settings.permissions)
    unused = [
        str(grant)
        for grant in grants(deployment.aws("iam"))
        if not any(grant.covers(use) for use in used)
    ]
    accepted = [f"{pattern}*" for entry in ACCEPTED["permission"] for pattern in entry["grants"]]
    assert [grant for grant in unused if not any(fnmatchcase(grant, p) for p in accepted)] == []
    assert [p for p in accepted if not any(fnmatchcase(grant, p) for grant in unused)] == []


def test_only_accepted_managed_policies_are_attached(
    aws: Callable[[str], Any],
) -> None:
    accepted = {name for entry in ACCEPTED["managed"] for name in entry["policies"]}

    assert managed_policies(aws("iam")) == accepted
