"""A message has its own delay or that of its queue."""

from collections.abc import Iterator

import pytest
from botocore.session import get_session
from botocore.stub import Stubber

from darkroom import queues

URL = "https://sqs.us-east-1.amazonaws.com/000000000000/queue"
MESSAGE = {"QueueUrl": URL, "MessageBody": '{"a": 1}'}


@pytest.fixture
def sqs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    client = get_session().create_client("sqs")
    monkeypatch.setattr(queues, "client", lambda: client)
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def test_a_message_without_a_delay_uses_that_of_the_queue(sqs: Stubber) -> None:
    sqs.add_response("send_message", {}, MESSAGE)

    queues.send(URL, {"a": 1})


@pytest.mark.parametrize("delay", [0, 300])
def test_the_delay_of_a_message_is_sent(sqs: Stubber, delay: int) -> None:
    sqs.add_response("send_message", {}, {**MESSAGE, "DelaySeconds": delay})

    queues.send(URL, {"a": 1}, delay)
