"""Expired tokens, rejected files, network problems, small screens and keyboard use."""

import re
import threading

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Page, Request, Route, expect

from tests.browser.conftest import OpenStudio
from tests.browser.studio import Studio, image_file
from tests.support.gallery import User
from tests.support.images import noise

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
MAX_FIRST_LOAD = 150_000  # bytes
SLOW_UPLOAD = 60_000  # bytes per second


def expire(page: Page, pattern: str) -> None:
    """Send the next request that matches the pattern with an expired token."""

    def send(route: Route) -> None:
        route.continue_(headers={**route.request.headers, "authorization": "Bearer expired"})

    page.route(re.compile(pattern), send, times=1)


def upload_with_expired_token(studio: Studio, person: User) -> Studio:
    """Choose an image with a valid token and upload it with an expired one."""
    studio.sign_in(person.username)
    studio.choose_files(image_file(1))
    studio.page.get_by_label("Caption: 1.jpg").fill("A long story")
    expire(studio.page, "/images/upload$")
    studio.click_button("Upload 1 image")
    return studio


def test_inputs_survive_an_expired_token(open_studio: OpenStudio, john: User) -> None:
    studio = upload_with_expired_token(open_studio(), john)

    expect(studio.page.get_by_text("Your session has expired.")).to_be_visible()
    expect(studio.page.get_by_label("Username").last).to_have_value(john.username)
    studio.screenshot("sign-in")
    studio.sign_in(john.username)
    expect(studio.tiles).to_have_count(1)
    assert studio.error_statuses == [401]
    assert [image["caption"] for image in john.my_images()] == ["A long story"]


def test_an_upload_without_a_new_sign_in_shows_the_error_and_can_be_retried(
    open_studio: OpenStudio, john: User
) -> None:
    studio = upload_with_expired_token(open_studio(), john)
    studio.page.locator("dialog").get_by_role("button", name="Close").click()

    expect(studio.page.locator(".upload-row")).to_contain_text("Could not validate credentials")
    expect(studio.page.get_by_label("Caption: 1.jpg")).to_have_value("A long story")
    studio.click_button("Upload 1 image")
    expect(studio.tiles).to_have_count(1)
    assert studio.error_statuses == [401]


def test_a_rejected_file_shows_the_message_of_the_contract(
    open_studio: OpenStudio, john: User
) -> None:
    studio = open_studio()
    studio.sign_in(john.username)
    studio.choose_files(
        {"name": "notes.jpg", "mimeType": "image/jpeg", "buffer": b"text"}, image_file(2)
    )
    studio.click_button("Upload 2 images")

    row = studio.page.locator(".upload-row")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("File must be an image")
    expect(studio.tiles).to_have_count(1)
    studio.screenshot("rejected")
    row.get_by_role("button", name="Remove notes.jpg").click()
    expect(row).to_have_count(0)
    assert studio.error_statuses == [400]


def test_registration_errors_are_shown_at_their_fields(open_studio: OpenStudio, john: User) -> None:
    studio = open_studio()
    page = studio.page
    page.get_by_text("Create account").click()
    page.get_by_label("Username").fill(john.username)
    page.get_by_label("E-mail").fill("invalid")
    page.get_by_label("Password").fill("securepassword123")
    studio.click_button("Create account")
    expect(page.get_by_label("E-mail")).to_have_accessible_description(
        "value is not a valid email address"
    )
    expect(page.get_by_label("E-mail")).to_be_focused()

    page.get_by_label("E-mail").fill("new.user@example.com")
    studio.click_button("Create account")
    expect(page.get_by_role("alert")).to_have_text("Username already registered")
    assert studio.error_statuses == [422, 400]


def test_generation_errors_are_shown_at_their_fields(open_studio: OpenStudio) -> None:
    studio = open_studio("generate")
    studio.page.get_by_label("Prompt", exact=True).fill("a fox")
    studio.page.get_by_text("Advanced settings").click()
    studio.page.get_by_label("Steps").fill("1000")
    studio.click_button("Generate")

    expect(studio.page.get_by_label("Steps")).to_have_attribute("aria-invalid", "true")
    expect(studio.page.get_by_label("Prompt", exact=True)).to_have_value("a fox")
    assert studio.error_statuses == [400]


def test_a_slow_upload_shows_its_progress_and_does_not_block_the_studio(
    studio: Studio, john: User
) -> None:
    studio.sign_in(john.username)
    throttle_uploads(studio.page.context, studio.page)
    studio.choose_files(noise_file(1, 3 * SLOW_UPLOAD))
    studio.click_button("Upload 1 image")
    row = studio.page.locator(".upload-row")
    expect(row).to_contain_text(re.compile(r"[1-9]\d? % of 180 kB"))
    assert 0 < row.locator("progress").evaluate("bar => bar.value") < 1
    studio.screenshot("progress")

    studio.click_link("Public")
    studio.click_link("My images")
    expect(studio.tiles).to_have_count(1)


def throttle_uploads(context: BrowserContext, page: Page) -> None:
    conditions = {
        "offline": False,
        "latency": 50,
        "downloadThroughput": -1,
        "uploadThroughput": SLOW_UPLOAD,
    }
    context.new_cdp_session(page).send("Network.emulateNetworkConditions", conditions)


def test_files_above_the_gateway_limit_use_a_direct_upload(studio: Studio, john: User) -> None:
    large_files = [noise_file(number, 6_000_000) for number in range(2)]
    urls: list[str] = []
    studio.page.on("request", lambda request: urls.append(request.url))
    studio.sign_in(john.username)
    studio.choose_files(large_files[0])
    studio.page.get_by_label("Caption").fill("Large")
    studio.click_button("Upload 1 image")
    expect(studio.page.get_by_role("button", name="Open Large")).to_be_visible()
    studio.click_link("Stories")
    studio.choose_files(*large_files)
    studio.click_button("Create a story with 2 images")
    card = studio.page.locator("ul.grid > li:has(.story-preview)").first
    expect(card).to_contain_text("2 images")
    card.get_by_role("button", name="Delete story").click()
    studio.confirm()
    expect(card).to_have_count(0)

    assert sum(url.endswith("/uploads") for url in urls) == 2
    assert not [url for url in urls if url.endswith("/upload")]


def test_a_file_above_the_contract_limit_shows_its_message(
    open_studio: OpenStudio, john: User
) -> None:
    studio = open_studio("publications")
    studio.sign_in(john.username)
    studio.click_button("Crear publicación")
    studio.choose_files(noise_file(1, 5 * 1024 * 1024 + 1))
    studio.click_button("Agregar 1 imagen")

    expect(studio.page.locator(".upload-row")).to_contain_text("Archivo demasiado grande")
    assert studio.error_statuses == [413]


def noise_file(seed: int, length: int) -> FilePayload:
    return {"name": f"{seed}.jpg", "mimeType": "image/jpeg", "buffer": noise(length, seed)}


def test_a_network_error_is_shown_and_can_be_retried(open_studio: OpenStudio) -> None:
    studio = open_studio("generate")
    expect(studio.page.get_by_text("Watercolor", exact=True)).to_be_visible()
    studio.page.route("**/api/v2/images?*", lambda route: route.abort(), times=1)
    studio.click_link("Stories")
    expect(studio.page.get_by_role("alert")).to_contain_text("cannot be reached")
    studio.click_button("Try again")

    expect(studio.page.get_by_text("No stories yet")).to_be_visible()
    assert all("ERR_FAILED" in error for error in studio.console_errors)
    studio.console_errors.clear()


def test_a_list_loads_the_next_page_when_scrolled(studio: Studio, john: User) -> None:
    for number in range(30):
        john.upload(caption=f"Image {number}")
    studio.sign_in(john.username)
    expect(studio.tiles).to_have_count(24)
    studio.tiles.last.scroll_into_view_if_needed()

    expect(studio.tiles).to_have_count(30)
    expect(studio.page.get_by_role("button", name="Show more")).to_be_hidden()


@pytest.mark.parametrize("view", ["images", "generate", "stories", "publications"])
def test_every_view_fits_the_width_of_a_phone(
    open_studio: OpenStudio, john: User, view: str
) -> None:
    john.upload(caption="A caption that is far too long for any phone to show in one line")
    studio = open_studio(color_scheme="dark", **PHONE)
    studio.sign_in(john.username)
    studio.page.evaluate(f"location.hash = '#/{view}'")
    expect(studio.page.locator("h1")).to_be_visible()
    expect(studio.page.get_by_text("Loading")).to_have_count(0)
    studio.screenshot("view")

    assert studio.page.evaluate("document.documentElement.scrollWidth") == 390
    bar = studio.page.get_by_role("navigation", name="Main").bounding_box()
    assert bar
    assert bar["y"] + bar["height"] == 844


def test_the_lightbox_fills_the_screen_of_a_phone(open_studio: OpenStudio, john: User) -> None:
    john.post_image(image_file(12)["buffer"], data={"caption": "Dusk"})
    studio = open_studio(color_scheme="dark", **PHONE)
    studio.sign_in(john.username)
    studio.click_button("Open Dusk")
    expect(studio.lightbox.get_by_text("Not shared with anyone.")).to_be_visible()
    studio.screenshot("lightbox")

    box = studio.lightbox.bounding_box()
    assert box
    assert (box["width"], box["height"]) == (390, 844)


def test_the_studio_is_usable_with_the_keyboard(studio: Studio, john: User) -> None:
    page, keyboard = studio.page, studio.page.keyboard
    john.upload(caption="First")
    john.upload(caption="Second")
    studio.sign_in(john.username)
    expect(studio.tiles).to_have_count(2)

    page.get_by_role("link", name="Skip to the content").focus()
    keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    studio.tiles.first.focus()
    keyboard.press("Enter")
    expect(studio.lightbox.get_by_role("heading", name="Second")).to_be_visible()
    keyboard.press("ArrowRight")
    expect(studio.lightbox.get_by_role("heading", name="First")).to_be_visible()
    keyboard.press("Escape")
    expect(studio.lightbox).to_have_count(0)
    expect(studio.tiles.first).to_be_focused()


def test_a_reload_keeps_the_session_and_a_new_window_has_none(
    open_studio: OpenStudio, john: User
) -> None:
    studio = open_studio()
    studio.sign_in(john.username)
    studio.page.reload()
    expect(studio.page.get_by_text(john.username)).to_be_visible()
    assert studio.page.evaluate("localStorage.length") == 0

    expect(open_studio().page.get_by_label("Username")).to_be_visible()


def test_the_first_load_is_small_and_requests_only_this_host(open_studio: OpenStudio) -> None:
    studio = open_studio()
    sizes: list[int] = []
    studio.page.on("requestfinished", lambda request: sizes.append(transfer_size(request)))
    studio.page.reload(wait_until="networkidle")

    assert 0 < sum(sizes) < MAX_FIRST_LOAD
    assert studio.requested_hosts == {"localhost"}


def transfer_size(request: Request) -> int:
    sizes = request.sizes()
    return sizes["responseHeadersSize"] + sizes["responseBodySize"]


def test_it_works_below_a_stage(open_studio: OpenStudio) -> None:
    """The default URL of an API on AWS has the stage in front of every path."""
    studio = open_studio()
    paths: list[str] = []

    def serve(route: Route) -> None:
        path = route.request.url.removeprefix("https://stage.test")
        paths.append(path)
        api_url = studio.api.base_url.join(path.removeprefix("/live"))
        route.fulfill(response=route.fetch(url=str(api_url)))

    studio.page.route("https://stage.test/**", serve)
    studio.page.goto("https://stage.test/live/studio/#/stories")
    expect(studio.page.get_by_text("No stories yet")).to_be_visible()

    assert all(path.startswith("/live/") for path in paths)
    assert "/live/api/v2/images?limit=48" in paths


def test_a_slow_list_does_not_block_other_views(studio: Studio, john: User) -> None:
    studio.sign_in(john.username)
    held_routes: list[Route] = []
    arrived = threading.Event()

    def hold(route: Route) -> None:
        held_routes.append(route)
        arrived.set()

    studio.page.route("**/images/public*", hold)
    studio.click_link("Public")
    expect(studio.page.locator(".placeholder")).not_to_have_count(0)
    studio.click_link("Shared with me")
    expect(studio.page.get_by_text("No images are shared with you")).to_be_visible()

    assert arrived.is_set()
    held_routes[0].continue_()
