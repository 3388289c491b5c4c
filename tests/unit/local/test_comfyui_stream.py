"""The websocket sends the same messages as a real host, in the same order."""

import json
from itertools import islice
from typing import Any

import pytest

from tests.support.comfyui import HostClient, plain_image, text_to_image
from tests.support.recordings import compare, load

Messages = list[dict[str, Any]]


def recorded(name: str) -> Messages:
    return [message["text"] for message in load(name)["messages"]]


def posted_body(name: str) -> dict[str, Any]:
    body: dict[str, Any] = load(name)["post"]["request"]["json"]
    return body


def replay(host: HostClient, name: str) -> Messages:
    """Post the recorded prompt and return the messages that the client receives."""
    client_id = load(name)["websocket"]["path"].partition("=")[2]
    with host.listen(client_id) as events:
        status = next(events)
        host.http.post("/prompt", json=posted_body(name)).raise_for_status()
        return [status, *islice(events, len(recorded(name)) - 1)]


def by_position(messages: Messages) -> Messages:
    """Replace node ids by execution positions: the order of independent nodes is undefined."""
    node_ids = [one["data"]["node"] for one in messages if one["type"] == "executing"]
    text = json.dumps(messages)
    for position, node_id in enumerate(node_ids):
        text = text.replace(f'"{node_id}"', f'"position {position}"')
    replaced: Messages = json.loads(text)
    return replaced


def without_steps(messages: Messages) -> Messages:
    return [one for one in messages if '"max": 40' not in json.dumps(one)]


@pytest.mark.parametrize("name", ["ws_success", "ws_no_client_id", "ws_other_client"])
def test_a_run_sends_the_progress_of_each_node(host: HostClient, name: str) -> None:
    received = by_position(replay(host, name))
    varying = r"\.sid$" if "no_client" in name else ""
    assert not compare(by_position(recorded(name)), received, varying)


def test_a_cached_run_sends_its_messages(host: HostClient) -> None:
    host.run(posted_body("ws_cached")["prompt"])
    assert not compare(recorded("ws_cached"), replay(host, "ws_cached"))


def test_a_failed_run_sends_its_error(host: HostClient) -> None:
    host.run(text_to_image())
    assert not compare(recorded("ws_failed"), replay(host, "ws_failed"))


def test_an_interrupted_run_sends_its_end(host: HostClient) -> None:
    host.run(text_to_image())
    host.set_seconds(600)
    expected = without_steps(recorded("ws_interrupted"))
    with host.listen("recorder-ws") as events:
        received = [next(events)]
        host.http.post("/prompt", json=posted_body("ws_interrupted"))
        received += islice(events, 6)
        host.http.post("/interrupt")
        received += islice(events, len(expected) - len(received))
    assert not compare(expected, received)


def test_a_reconnecting_client_receives_the_current_node(host: HostClient) -> None:
    host.occupy(client_id="recorder-ws")
    with host.listen("recorder-ws") as events:
        assert not compare(recorded("ws_reconnect")[:2], list(islice(events, 2)))


def test_a_new_socket_replaces_an_older_one_of_the_same_client(host: HostClient) -> None:
    with host.listen("me") as older, host.listen("me") as newer:
        assert (next(older)["type"], next(newer)["type"]) == ("status", "status")
        host.post(plain_image(), client_id="me")
        assert next(event for event in newer if event["type"] == "executed")["data"]["node"] == "2"


def test_a_restart_closes_the_sockets(host: HostClient) -> None:
    with host.listen("me") as events:
        next(events)
        host.inject_fault(kind="restart")
        host.http.get("/prompt")
        assert [event for event in events if event["type"] != "status"] == []
