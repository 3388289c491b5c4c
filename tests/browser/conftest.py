"""A browser, and the studio of a local cloud in it."""

import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from local.stack import client
from tests.browser.studio import PATIENCE, SCREENSHOTS, Studio
from tests.conftest import Target
from tests.support.host_instance import HostInstance

NAMES = ("chromium", "chromium-browser", "google-chrome")

OpenStudio = Callable[..., Studio]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("there is no Chromium here; make browser installs one")
    expect.set_options(timeout=PATIENCE)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        yield browser
        browser.close()


@pytest.fixture
def target(chromium: Browser, cloud: Target) -> Target:
    """The cloud, which is not started where there is no browser to look at it."""
    return cloud


@pytest.fixture
def open_studio(
    chromium: Browser, target: Target, request: pytest.FixtureRequest
) -> Iterator[OpenStudio]:
    """Open the studio in a window of its own; afterwards none may have complained."""
    opened: list[Studio] = []

    def run(place: str = "", **options: Any) -> Studio:
        context = chromium.new_context(
            **{"viewport": {"width": 1280, "height": 820}, "reduced_motion": "reduce", **options}
        )
        name = re.sub(r"\W+", "-", request.node.name.removeprefix("test_")).strip("-")
        studio = Studio(context.new_page(), target.api, name)
        opened.append(studio)
        studio.open(place)
        return studio

    yield run
    for studio in opened:
        studio.page.context.close()
        assert studio.errors == []


@pytest.fixture
def studio(open_studio: OpenStudio) -> Iterator[Studio]:
    """One window, to which nothing is refused."""
    studio = open_studio(color_scheme="dark")
    yield studio
    assert studio.refusals == []


@pytest.fixture
def stopped_host(target: Target) -> httpx2.Client:
    """The host of an instance that was stopped."""
    assert target.settings
    assert target.comfyui
    HostInstance(client(target.settings, "ec2"), target.comfyui).stop()
    return target.comfyui
