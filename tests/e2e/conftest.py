"""End-to-end tests run on a local cloud of their own."""

import pytest

from tests.conftest import Target


@pytest.fixture
def target(cloud: Target) -> Target:
    return cloud
