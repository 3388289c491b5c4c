"""Every permission is necessary: a journey fails without it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from local.settings import Settings
from tests.support.journeys import JOURNEYS, Deployment
from tests.support.permissions import Grant, action_revoked, grants, uses

Journey = Callable[[Deployment], None]


@pytest.mark.documented
@pytest.mark.timeout(3600)
def test_a_journey_fails_without_each_permission(
    deployment: Deployment, settings: Settings
) -> None:
    assert settings.permissions
    iam = deployment.aws("iam")
    journeys_by_grant = _journeys_by_grant(deployment, grants(iam), settings.permissions)
    assert len(journeys_by_grant) > len(JOURNEYS)

    unnecessary = []
    for grant, journeys in journeys_by_grant.items():
        with action_revoked(iam, grant):
            if not any(_fails(journey, deployment) for journey in journeys):
                unnecessary.append(str(grant))

    assert unnecessary == []
    for journey in JOURNEYS:  # they failed only because of the revoked permissions
        deployment.reset()
        journey(deployment)


def _journeys_by_grant(
    deployment: Deployment, granted: list[Grant], log: Path
) -> dict[Grant, list[Journey]]:
    """The journeys that use each permission; all of them must succeed."""
    journeys: dict[Grant, list[Journey]] = {}
    for journey in JOURNEYS:
        deployment.reset()
        start = log.stat().st_size if log.exists() else 0
        journey(deployment)
        used = uses(log, start)
        for grant in granted:
            if any(grant.covers(use) for use in used):
                journeys.setdefault(grant, []).append(journey)
    return journeys


def _fails(journey: Journey, deployment: Deployment) -> bool:
    deployment.reset()
    try:
        journey(deployment)
    except Exception:
        return True
    return False
