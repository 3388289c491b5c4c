"""A key server, a clock and a log for the verification of tokens."""

import io
import logging
from collections.abc import Callable, Iterator

import pytest

from tests.support.tokens import KeyServer, use_key_server

# isort: split
from darkroom.errors import UnauthorizedError
from darkroom.observability.log import logger
from darkroom.tokens import signing_keys, verification


@pytest.fixture(autouse=True)
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[KeyServer]:
    with KeyServer() as server:
        use_key_server(server, monkeypatch)
        yield server


@pytest.fixture(autouse=True)
def log(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """The log of the function."""
    written = io.StringIO()
    handler = logger.registered_handler
    assert isinstance(handler, logging.StreamHandler)
    monkeypatch.setattr(handler, "stream", written)
    return written


@pytest.fixture
def advance_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Advances the monotonic clock, which starts at 0 as in a new process of Lambda."""
    now = 0.0

    def advance(seconds: float) -> None:
        nonlocal now
        now += seconds

    monkeypatch.setattr(signing_keys, "monotonic", lambda: now)
    return advance


def is_rejected(text: str) -> bool:
    with pytest.raises(UnauthorizedError, match=r"^Could not validate credentials$"):
        verification.verify(text)
    return True
