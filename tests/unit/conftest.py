"""Unit tests have the environment variables of all functions, and no network but loopback."""

import os

import pytest
from pytest_socket import socket_allow_hosts

from ops import template
from tests.support.functions import CREDENTIALS

# Settings are read at import, so they are set before any test module is imported.
os.environ.update(CREDENTIALS)
for function in template.functions().values():
    os.environ.update(template.environment(function, {}))


@pytest.fixture(autouse=True)
def only_loopback() -> None:
    socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)
