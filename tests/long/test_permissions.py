"""No permission can be spared: without any single one, a journey fails."""

from collections.abc import Callable
from pathlib import Path

import pytest

from local.settings import Settings
from tests.support.journeys import JOURNEYS, World
from tests.support.permissions import Grant, grants, taken_away, uses

Journey = Callable[[World], None]


@pytest.mark.documented
@pytest.mark.timeout(3600)
def test_without_any_permission_a_journey_fails(world: World, settings: Settings) -> None:
    assert settings.permissions
    iam = world.aws("iam")
    users = _journeys_by_grant(world, grants(iam), settings.permissions)
    assert len(users) > len(JOURNEYS)

    spared = []
    for grant, journeys in users.items():
        with taken_away(iam, grant):
            if not any(_fails(journey, world) for journey in journeys):
                spared.append(str(grant))

    assert spared == []
    for journey in JOURNEYS:  # it was for want of the permissions that they failed
        world.forget()
        journey(world)


def _journeys_by_grant(world: World, granted: list[Grant], log: Path) -> dict[Grant, list[Journey]]:
    """The journeys that use each permission, which all of them end well with."""
    found: dict[Grant, list[Journey]] = {}
    for journey in JOURNEYS:
        world.forget()
        start = log.stat().st_size if log.exists() else 0
        journey(world)
        used = uses(log, start)
        for grant in granted:
            if any(grant.covers(use) for use in used):
                found.setdefault(grant, []).append(journey)
    return found


def _fails(journey: Journey, world: World) -> bool:
    world.forget()
    try:
        journey(world)
    except Exception:
        return True
    return False
