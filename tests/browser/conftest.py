"""Fixtures: Chromium, and the studio of a local cloud in it."""

import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from local.stack import client
from tests.browser.studio import SCREENSHOTS, TIMEOUT, Studio
from tests.conftest import SystemUnderTest
from tests.support.host_instance import HostInstance

EXECUTABLES = ("chromium", "chromium-browser", "google-chrome")

OpenStudio = Callable[..., Studio]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, EXECUTABLES)), None)
    if path is None:
        pytest.skip("Chromium is not installed; run make browser")
    expect.set_options(timeout=TIMEOUT)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        yield browser
        browser.close()


@pytest.fixture
def system(chromium: Browser, cloud: SystemUnderTest) -> SystemUnderTest:
    """The local cloud. It is not started without a browser."""
    return cloud


@pytest.fixture
def open_studio(
    chromium: Browser, system: SystemUnderTest, request: pytest.FixtureRequest
) -> Iterator[OpenStudio]:
    """Open the studio in a new window; the test fails on console errors."""
    studios: list[Studio] = []

    def open_window(route: str = "", **options: Any) -> Studio:
        context = chromium.new_context(
            **{"viewport": {"width": 1280, "height": 820}, "reduced_motion": "reduce", **options}
        )
        name = re.sub(r"\W+", "-", request.node.name.removeprefix("test_")).strip("-")
        studio = Studio(context.new_page(), system.api, name)
        studios.append(studio)
        studio.open(route)
        return studio

    yield open_window
    for studio in studios:
        studio.page.context.close()
        assert studio.console_errors == []


@pytest.fixture
def studio(open_studio: OpenStudio) -> Iterator[Studio]:
    """One window; the test fails on error statuses."""
    studio = open_studio(color_scheme="dark")
    yield studio
    assert studio.error_statuses == []


@pytest.fixture
def stopped_host(system: SystemUnderTest) -> httpx2.Client:
    """The ComfyUI stand-in, while the instance it runs on is stopped."""
    assert system.settings
    assert system.comfyui
    HostInstance(client(system.settings, "ec2"), system.comfyui).stop()
    return system.comfyui
