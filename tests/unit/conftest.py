"""Unit tests see the environment that the template gives `stories_v2`, and no network."""

import os

import pytest
from pytest_socket import socket_allow_hosts

from tests.support import template
from tests.support.functions import CREDENTIALS

# Settings are read at import, so they must stand before any test module is loaded.
os.environ.update(CREDENTIALS)
os.environ.update(template.environment(template.functions()["StoriesV2Function"], {}))


@pytest.fixture(autouse=True)
def only_loopback() -> None:
    socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)
