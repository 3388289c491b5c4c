"""The studio in a browser, and what a person does there."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from playwright.sync_api import ConsoleMessage, Error, FilePayload, Locator, Page, expect

from local.settings import ROOT
from tests.browser.scenes import scene
from tests.support.gallery import PASSWORD

SCREENSHOTS = ROOT / ".local" / "screenshots"
PATIENCE = 30_000  # milliseconds; functions start while somebody waits

# Pictures further down are not loaded before somebody comes near.
ALL_SEEN = """() => [...document.querySelectorAll("img.photo:not(.developed)")].every(
    (image) => image.getBoundingClientRect().top > innerHeight)"""

# How Chromium tells that an answer was no success: the API's word, and no fault of the page.
_REFUSED = re.compile(r"Failed to load resource: .* status of (\d+)")


@dataclass
class Studio:
    """`errors` is what the console complains of, `refusals` the statuses of answers, and `hosts`
    whom the page asked for anything."""

    page: Page
    api: httpx2.Client
    name: str
    errors: list[str] = field(default_factory=list)
    refusals: list[int] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE)
        self.page.on("console", self._listen)
        self.page.on("pageerror", self._complain)
        self.page.on("request", lambda request: self.hosts.add(httpx2.URL(request.url).host))

    @property
    def url(self) -> str:
        return str(self.api.base_url.join("/studio"))

    def open(self, place: str = "") -> None:
        self.page.goto(f"{self.url}#/{place}")

    def go(self, place: str) -> None:
        """Follow a link, of the main ones or of a view's lists."""
        self.page.get_by_role("link", name=place, exact=True).click()

    def sign_in(self, username: str) -> None:
        """Fill the form that is in front."""
        form = self.page.locator("form.account-form").last
        form.get_by_label("Username").fill(username)
        form.get_by_label("Password").fill(PASSWORD)
        form.get_by_role("button", name="Sign in").click()
        expect(form).to_be_hidden()

    def press(self, name: str, **options: Any) -> None:
        self.page.get_by_role("button", name=name, **options).click()

    def add(self, *files: FilePayload) -> None:
        """Choose files, as after a press on the place for them."""
        self.page.locator("input[type=file]").set_input_files(files)

    @property
    def tiles(self) -> Locator:
        return self.page.locator("main ul.grid .tile")

    @property
    def large(self) -> Locator:
        return self.page.locator("dialog.large")

    def confirm(self) -> None:
        self.page.locator("dialog.question .danger").click()

    def look(self, name: str) -> Path:
        """Write a screenshot, once all that it shows is there."""
        path = SCREENSHOTS / f"{self.name}-{name}.png"
        self.page.wait_for_function(ALL_SEEN)
        self.page.screenshot(path=path, animations="disabled")
        return path

    def _listen(self, message: ConsoleMessage) -> None:
        if refused := _REFUSED.match(message.text):
            self.refusals.append(int(refused[1]))
        elif message.type in ("error", "warning"):
            self._complain(message.text)

    def _complain(self, error: Error | str) -> None:
        self.errors.append(str(error))


def file(seed: int, name: str = "") -> FilePayload:
    return {"name": name or f"{seed}.jpg", "mimeType": "image/jpeg", "buffer": scene(seed)}
