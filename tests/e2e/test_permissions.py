"""Functions run under their own roles: what a role lacks is denied, and it has nothing to spare."""

import tomllib
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

import httpx2
import pytest

from local.settings import Settings
from security.scan import SUPPRESSIONS
from tests.e2e.conftest import Without
from tests.support.images import picture
from tests.support.journeys import JOURNEYS, World
from tests.support.permissions import grants, managed_policies, uses
from tests.support.stories import V2, Stories

KNOWN = tomllib.loads(SUPPRESSIONS.read_text())


def test_an_upload_needs_the_permission_to_write(api: httpx2.Client, without: Without) -> None:
    stories = Stories(api, V2)

    with without("StoriesV2Function", "dynamodb:PutItem"):
        assert stories.post(picture()).status_code == 500

    assert stories.post(picture()).status_code == 200


@pytest.mark.documented
@pytest.mark.timeout(600)
def test_every_permission_is_used(world: World, settings: Settings) -> None:
    world.settle()
    for journey in JOURNEYS:
        journey(world)

    assert settings.permissions
    used = uses(settings.permissions)
    idle = [
        str(grant)
        for grant in grants(world.aws("iam"))
        if not any(grant.covers(use) for use in used)
    ]
    known = [f"{pattern}*" for entry in KNOWN["permission"] for pattern in entry["grants"]]
    assert [one for one in idle if not any(fnmatchcase(one, p) for p in known)] == []
    assert [p for p in known if not any(fnmatchcase(one, p) for one in idle)] == []


def test_of_the_policies_that_aws_keeps_only_those_are_used_that_have_their_reasons(
    aws: Callable[[str], Any],
) -> None:
    known = {name for entry in KNOWN["managed"] for name in entry["policies"]}

    assert managed_policies(aws("iam")) == known
