"""The websocket tells what a real one told, in the same order."""

import json
from itertools import islice
from typing import Any

import pytest

from tests.support.comfyui import Host, plain_image, text_to_image
from tests.support.recordings import compare, load

Messages = list[dict[str, Any]]


def told(name: str) -> Messages:
    return [message["text"] for message in load(name)["messages"]]


def posted(name: str) -> dict[str, Any]:
    body: dict[str, Any] = load(name)["post"]["request"]["json"]
    return body


def heard(host: Host, name: str) -> Messages:
    """What a client hears when the same is posted again."""
    client_id = load(name)["websocket"]["path"].partition("=")[2]
    with host.listen(client_id) as events:
        greeting = next(events)
        host.http.post("/prompt", json=posted(name)).raise_for_status()
        return [greeting, *islice(events, len(told(name)) - 1)]


def renamed(messages: Messages) -> Messages:
    """Nodes by their turn: which of those that wait for no other comes first is open."""
    turns = [one["data"]["node"] for one in messages if one["type"] == "executing"]
    text = json.dumps(messages)
    for turn, node_id in enumerate(turns):
        text = text.replace(f'"{node_id}"', f'"turn {turn}"')
    renamed: Messages = json.loads(text)
    return renamed


def without_steps(messages: Messages) -> Messages:
    return [one for one in messages if '"max": 40' not in json.dumps(one)]


@pytest.mark.parametrize("name", ["ws_success", "ws_no_client_id", "ws_other_client"])
def test_a_run_is_told_from_node_to_node(host: Host, name: str) -> None:
    found = renamed(heard(host, name))
    assert not compare(renamed(told(name)), found, r"\.sid$" if "no_client" in name else "")


def test_a_run_that_needs_nothing_anew_is_told(host: Host) -> None:
    host.run(posted("ws_cached")["prompt"])
    assert not compare(told("ws_cached"), heard(host, "ws_cached"))


def test_a_failure_is_told(host: Host) -> None:
    host.run(text_to_image())
    assert not compare(told("ws_failed"), heard(host, "ws_failed"))


def test_an_interrupt_is_told(host: Host) -> None:
    host.run(text_to_image())
    host.set_seconds(600)
    expected = without_steps(told("ws_interrupted"))
    with host.listen("recorder-ws") as events:
        before = [next(events)]
        host.http.post("/prompt", json=posted("ws_interrupted"))
        before += islice(events, 6)
        host.http.post("/interrupt")
        found = [*before, *islice(events, len(expected) - len(before))]
    assert not compare(expected, found)


def test_whoever_comes_back_is_told_where_the_run_stands(host: Host) -> None:
    host.occupy(client_id="recorder-ws")
    with host.listen("recorder-ws") as events:
        assert not compare(told("ws_reconnect")[:2], list(islice(events, 2)))


def test_the_newer_of_two_sockets_takes_over(host: Host) -> None:
    with host.listen("me") as older, host.listen("me") as newer:
        assert (next(older)["type"], next(newer)["type"]) == ("status", "status")
        host.post(plain_image(), client_id="me")
        assert next(one for one in newer if one["type"] == "executed")["data"]["node"] == "2"


def test_a_restart_closes_the_sockets(host: Host) -> None:
    with host.listen("me") as events:
        next(events)
        host.fail_next(kind="forget")
        host.http.get("/prompt")
        assert [one["type"] for one in events if one["type"] != "status"] == []
