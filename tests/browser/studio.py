"""A page object for the studio: the actions of a user in the browser."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from playwright.sync_api import ConsoleMessage, Error, FilePayload, Locator, Page, Request, expect

from local.settings import ROOT
from tests.browser.landscapes import landscape
from tests.support.gallery import PASSWORD

SCREENSHOTS = ROOT / ".local" / "screenshots"
TIMEOUT = 30_000  # milliseconds, including cold starts of functions

# Images below the viewport are loaded lazily.
VISIBLE_IMAGES_LOADED = """() => [...document.querySelectorAll("img.fade-in:not(.loaded)")].every(
    (image) => image.getBoundingClientRect().top > innerHeight)"""

# Chromium logs every error status of a response to the console.
_ERROR_STATUS = re.compile(r"Failed to load resource: .* status of (\d+)")


@dataclass
class Studio:
    """`console_errors` also has warnings, `error_statuses` those of responses, and
    `requested_hosts` the hosts of all requests."""

    page: Page
    api: httpx2.Client
    name: str
    console_errors: list[str] = field(default_factory=list)
    error_statuses: list[int] = field(default_factory=list)
    requested_hosts: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(TIMEOUT)
        self.page.on("console", self._on_console)
        self.page.on("pageerror", self._on_error)
        self.page.on("request", self._on_request)

    @property
    def url(self) -> str:
        return str(self.api.base_url.join("/studio"))

    def open(self, route: str = "") -> None:
        self.page.goto(f"{self.url}#/{route}")

    def click_link(self, name: str) -> None:
        """Open a view or one of its tabs."""
        self.page.get_by_role("link", name=name, exact=True).click()

    def sign_in(self, username: str) -> None:
        """Sign in with the form of the page, or of the dialog above it."""
        form = self.page.locator("form.account-form").last
        form.get_by_label("Username").fill(username)
        form.get_by_label("Password").fill(PASSWORD)
        form.get_by_role("button", name="Sign in").click()
        expect(form).to_be_hidden()

    def click_button(self, name: str, **options: Any) -> None:
        self.page.get_by_role("button", name=name, **options).click()

    def choose_files(self, *files: FilePayload) -> None:
        self.page.locator("input[type=file]").set_input_files(files)

    @property
    def tiles(self) -> Locator:
        return self.page.locator("main ul.grid .tile")

    @property
    def lightbox(self) -> Locator:
        return self.page.locator("dialog.lightbox")

    def confirm(self) -> None:
        self.page.locator("dialog.confirm-dialog .danger").click()

    def screenshot(self, name: str) -> Path:
        """Write a screenshot after all visible images have loaded."""
        path = SCREENSHOTS / f"{self.name}-{name}.png"
        self.page.wait_for_function(VISIBLE_IMAGES_LOADED)
        self.page.screenshot(path=path, animations="disabled")
        return path

    def _on_console(self, message: ConsoleMessage) -> None:
        if match := _ERROR_STATUS.match(message.text):
            self.error_statuses.append(int(match[1]))
        elif message.type in ("error", "warning"):
            self.console_errors.append(message.text)

    def _on_error(self, error: Error) -> None:
        self.console_errors.append(str(error))

    def _on_request(self, request: Request) -> None:
        self.requested_hosts.add(httpx2.URL(request.url).host)


def image_file(seed: int, name: str = "") -> FilePayload:
    return {"name": name or f"{seed}.jpg", "mimeType": "image/jpeg", "buffer": landscape(seed)}
