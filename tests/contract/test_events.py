"""Every file under `events/` is a request that its function answers."""

import json

import pytest

from tests.conftest import Target
from tests.support.template import ROOT, function_of, functions

EVENTS = ROOT / "events"
STATUSES = {
    "home/health": 200,
    "home/root": 200,
    "home/unknown": 404,
    "stories_v2/delete_all": 200,
    "stories_v2/delete_unknown": 404,
    "stories_v2/get_unknown": 404,
    "stories_v2/list": 200,
    "stories_v2/story_ids": 200,
    "stories_v2/upload": 200,
    "stories_v2/upload_nothing": 400,
}


def test_every_event_is_replayed() -> None:
    names = {str(file.relative_to(EVENTS).with_suffix("")) for file in EVENTS.rglob("*.json")}

    assert names == set(STATUSES)


def test_every_function_has_an_event() -> None:
    packages = {function["Handler"].split(".")[0] for function in functions().values()}

    assert packages == {name.split("/")[0] for name in STATUSES}


@pytest.mark.parametrize("name", STATUSES)
def test_an_event_is_answered(handlers: Target, name: str) -> None:
    assert handlers.functions
    function = function_of(name.split("/")[0])

    answer = handlers.functions.invoke(function, json.loads((EVENTS / f"{name}.json").read_text()))

    assert answer["statusCode"] == STATUSES[name]
