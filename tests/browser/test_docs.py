"""The Swagger UI page in Chromium."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request

from tests.browser.studio import SCREENSHOTS
from tests.conftest import SystemUnderTest
from tests.support.gallery import PASSWORD, User, new_user
from tests.support.images import picture


@pytest.fixture
def person(system: SystemUnderTest) -> User:
    return new_user(system.api)


@pytest.fixture
def problems() -> list[str]:
    """Console errors, and the URLs of requests to foreign hosts."""
    return []


@pytest.fixture
def page(chromium: Browser, system: SystemUnderTest, problems: list[str]) -> Iterator[Page]:
    def on_console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            problems.append(message.text)

    def on_request(request: Request) -> None:
        if not request.url.startswith((str(system.api.base_url), "blob:", "data:")):
            problems.append(request.url)

    page = chromium.new_page(viewport={"width": 1280, "height": 1000})
    page.on("console", on_console)
    page.on("request", on_request)
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    page.close()


def log_in(page: Page, person: User) -> None:
    page.locator("button.authorize").click()
    form = page.locator(".auth-container", has=page.locator("#oauth_username"))
    form.locator("#oauth_username").fill(person.username)
    form.locator("#oauth_password").fill(PASSWORD)
    form.get_by_role("button", name="Apply given OAuth2 credentials").click()
    page.get_by_role("button", name="Remove authorization").wait_for()
    page.locator(".modal-ux .close-modal").click()


def try_out(page: Page, tag: str, name: str) -> Locator:
    """Open an operation so that its parameters can be filled in."""
    operation = page.locator(f"#operations-{tag}-{name}")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    return operation


def execute(operation: Locator) -> tuple[str, str]:
    """Send the request; returns the displayed status and body."""
    operation.get_by_role("button", name="Execute").click()
    response = operation.locator(".live-responses-table tbody tr").first
    response.wait_for()
    status = response.locator(".response-col_status").inner_text()
    return status.split()[0], response.locator(".response-col_description pre").first.inner_text()


@pytest.mark.parametrize("path", ["/docs", "/docs/"])
def test_a_user_logs_in_uploads_and_lists_images(
    system: SystemUnderTest, page: Page, person: User, problems: list[str], path: str
) -> None:
    page.goto(str(system.api.base_url.join(path)))
    log_in(page, person)

    upload = try_out(page, "gallery", "gallery_upload_image")
    image = {"name": "image.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    upload.locator("input[type=file]").set_input_files(image)  # type: ignore[arg-type]
    upload_result = execute(upload)
    upload.screenshot(path=SCREENSHOTS / "docs_upload.png")
    list_result = execute(try_out(page, "gallery", "gallery_list_my_images"))

    image_id = str(person.my_images()[0]["image_id"])
    assert (upload_result[0], list_result[0]) == ("201", "200")
    assert image_id in upload_result[1]
    assert image_id in list_result[1]
    assert problems == []
