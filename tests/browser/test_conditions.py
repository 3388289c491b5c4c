"""The studio at its worst: old tokens, bad files, slow lines, small windows."""

import re
import threading

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Page, Request, Route, expect

from tests.browser.conftest import OpenStudio
from tests.browser.studio import Studio, file
from tests.support.gallery import Person
from tests.support.images import noise

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
FIRST_LOAD = 150_000
SLOW = 60_000  # bytes a second


def expire(page: Page, pattern: str) -> None:
    """Send the next request for the pattern with a token that is no longer good."""

    def send(route: Route) -> None:
        route.continue_(headers={**route.request.headers, "authorization": "Bearer expired"})

    page.route(re.compile(pattern), send, times=1)


def uploading_late(studio: Studio, person: Person) -> Studio:
    """Somebody whose token ends between the choice of a picture and its upload."""
    studio.sign_in(person.username)
    studio.add(file(1))
    studio.page.get_by_label("Caption: 1.jpg").fill("A long story")
    expire(studio.page, "/images/upload$")
    studio.press("Upload 1 picture")
    return studio


def test_an_expired_token_loses_nothing_that_was_typed(
    open_studio: OpenStudio, john: Person
) -> None:
    studio = uploading_late(open_studio(), john)

    expect(studio.page.get_by_text("Your session has ended.")).to_be_visible()
    expect(studio.page.get_by_label("Username").last).to_have_value(john.username)
    studio.look("asked")
    studio.sign_in(john.username)
    expect(studio.tiles).to_have_count(1)
    assert studio.refusals == [401]
    assert [image["caption"] for image in john.my_images()] == ["A long story"]


def test_who_does_not_sign_in_again_is_told_and_can_try_later(
    open_studio: OpenStudio, john: Person
) -> None:
    studio = uploading_late(open_studio(), john)
    studio.page.locator("dialog").get_by_role("button", name="Close").click()

    expect(studio.page.locator(".upload-row")).to_contain_text("Could not validate credentials")
    expect(studio.page.get_by_label("Caption: 1.jpg")).to_have_value("A long story")
    studio.press("Upload 1 picture")
    expect(studio.tiles).to_have_count(1)
    assert studio.refusals == [401]


def test_a_refused_file_is_told_in_the_contract_s_words(
    open_studio: OpenStudio, john: Person
) -> None:
    studio = open_studio()
    studio.sign_in(john.username)
    studio.add({"name": "notes.jpg", "mimeType": "image/jpeg", "buffer": b"words"}, file(2))
    studio.press("Upload 2 pictures")

    row = studio.page.locator(".upload-row")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("File must be an image")
    expect(studio.tiles).to_have_count(1)
    studio.look("told")
    row.get_by_role("button", name="Remove notes.jpg").click()
    expect(row).to_have_count(0)
    assert studio.refusals == [400]


def test_what_is_wrong_with_an_account_stands_at_its_field(
    open_studio: OpenStudio, john: Person
) -> None:
    studio = open_studio()
    page = studio.page
    page.get_by_text("Create account").click()
    page.get_by_label("Username").fill(john.username)
    page.get_by_label("E-mail").fill("nowhere")
    page.get_by_label("Password").fill("securepassword123")
    studio.press("Create account")
    expect(page.get_by_label("E-mail")).to_have_accessible_description(
        "value is not a valid email address"
    )
    expect(page.get_by_label("E-mail")).to_be_focused()

    page.get_by_label("E-mail").fill("somebody@example.com")
    studio.press("Create account")
    expect(page.get_by_role("alert")).to_have_text("Username already registered")
    assert studio.refusals == [422, 400]


def test_what_is_wrong_with_a_generation_stands_at_its_field(open_studio: OpenStudio) -> None:
    studio = open_studio("generate")
    studio.page.get_by_label("What shall it show?").fill("a fox")
    studio.page.get_by_text("Finer settings").click()
    studio.page.get_by_label("Steps").fill("1000")
    studio.press("Generate")

    expect(studio.page.get_by_label("Steps")).to_have_attribute("aria-invalid", "true")
    expect(studio.page.get_by_label("What shall it show?")).to_have_value("a fox")
    assert studio.refusals == [400]


def test_a_slow_upload_shows_how_far_it_is_and_hinders_nothing(
    studio: Studio, john: Person
) -> None:
    studio.sign_in(john.username)
    slow(studio.page.context, studio.page)
    studio.add(payload(1, 3 * SLOW))
    studio.press("Upload 1 picture")
    row = studio.page.locator(".upload-row")
    expect(row).to_contain_text(re.compile(r"[1-9]\d? % of 180 kB"))
    assert 0 < row.locator("progress").evaluate("bar => bar.value") < 1
    studio.look("half")

    studio.go("Public")
    studio.go("My images")
    expect(studio.tiles).to_have_count(1)


def slow(context: BrowserContext, page: Page) -> None:
    """A line that carries few bytes a second, up or down."""
    line = {"offline": False, "latency": 50, "downloadThroughput": -1, "uploadThroughput": SLOW}
    context.new_cdp_session(page).send("Network.emulateNetworkConditions", line)


def test_what_the_gateway_cannot_carry_goes_past_it(studio: Studio, john: Person) -> None:
    large = [payload(number, 6_000_000) for number in range(2)]
    posted: list[str] = []
    studio.page.on("request", lambda request: posted.append(request.url))
    studio.sign_in(john.username)
    studio.add(large[0])
    studio.page.get_by_label("Caption").fill("Large")
    studio.press("Upload 1 picture")
    expect(studio.page.get_by_role("button", name="Open Large")).to_be_visible()
    studio.go("Stories")
    studio.add(*large)
    studio.press("Make a story of 2 pictures")
    card = studio.page.locator("ul.grid > li:has(.strip)").first
    expect(card).to_contain_text("2 pictures")
    card.get_by_role("button", name="Delete story").click()
    studio.confirm()
    expect(card).to_have_count(0)

    assert sum(url.endswith("/uploads") for url in posted) == 2
    assert not [url for url in posted if url.endswith("/upload")]


def test_what_is_too_large_for_its_contract_is_told_in_its_words(
    open_studio: OpenStudio, john: Person
) -> None:
    studio = open_studio("publications")
    studio.sign_in(john.username)
    studio.press("Crear publicación")
    studio.add(payload(1, 5 * 1024 * 1024 + 1))
    studio.press("Agregar 1 imagen")

    expect(studio.page.locator(".upload-row")).to_contain_text("Archivo demasiado grande")
    assert studio.refusals == [413]


def payload(seed: int, length: int) -> FilePayload:
    return {"name": f"{seed}.jpg", "mimeType": "image/jpeg", "buffer": noise(length, seed)}


def test_a_lost_line_is_told_and_tried_again(open_studio: OpenStudio) -> None:
    studio = open_studio("generate")
    expect(studio.page.get_by_text("Watercolor", exact=True)).to_be_visible()
    studio.page.route("**/api/v2/images?*", lambda route: route.abort(), times=1)
    studio.go("Stories")
    expect(studio.page.get_by_role("alert")).to_contain_text("cannot be reached")
    studio.press("Try again")

    expect(studio.page.get_by_text("No stories yet")).to_be_visible()
    assert all("ERR_FAILED" in error for error in studio.errors)
    studio.errors.clear()


def test_a_list_loads_more_while_it_is_scrolled(studio: Studio, john: Person) -> None:
    for number in range(30):
        john.upload(caption=f"Frame {number}")
    studio.sign_in(john.username)
    expect(studio.tiles).to_have_count(24)
    studio.tiles.last.scroll_into_view_if_needed()

    expect(studio.tiles).to_have_count(30)
    expect(studio.page.get_by_role("button", name="Show more")).to_be_hidden()


@pytest.mark.parametrize("place", ["images", "generate", "stories", "publications"])
def test_nothing_is_wider_than_a_telephone(
    open_studio: OpenStudio, john: Person, place: str
) -> None:
    john.upload(caption="A caption that is far too long for any telephone to show in one line")
    studio = open_studio(color_scheme="dark", **PHONE)
    studio.sign_in(john.username)
    studio.page.evaluate(f"location.hash = '#/{place}'")
    expect(studio.page.locator("h1")).to_be_visible()
    expect(studio.page.get_by_text("Loading")).to_have_count(0)
    studio.look("seen")

    assert studio.page.evaluate("document.documentElement.scrollWidth") == 390
    bar = studio.page.get_by_role("navigation", name="Main").bounding_box()
    assert bar
    assert bar["y"] + bar["height"] == 844


def test_a_telephone_shows_a_picture_on_all_of_its_screen(
    open_studio: OpenStudio, john: Person
) -> None:
    john.post_image(file(12)["buffer"], data={"caption": "Dusk"})
    studio = open_studio(color_scheme="dark", **PHONE)
    studio.sign_in(john.username)
    studio.press("Open Dusk")
    expect(studio.large.get_by_text("Nobody yet.")).to_be_visible()
    studio.look("large")

    box = studio.large.bounding_box()
    assert box
    assert (box["width"], box["height"]) == (390, 844)


def test_all_can_be_done_with_keys(studio: Studio, john: Person) -> None:
    page, keys = studio.page, studio.page.keyboard
    john.upload(caption="First")
    john.upload(caption="Second")
    studio.sign_in(john.username)
    expect(studio.tiles).to_have_count(2)

    page.get_by_role("link", name="Skip to the content").focus()
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    studio.tiles.first.focus()
    keys.press("Enter")
    expect(studio.large.get_by_role("heading", name="Second")).to_be_visible()
    keys.press("ArrowRight")
    expect(studio.large.get_by_role("heading", name="First")).to_be_visible()
    keys.press("Escape")
    expect(studio.large).to_have_count(0)
    expect(studio.tiles.first).to_be_focused()


def test_a_reload_keeps_who_is_signed_in_and_a_new_window_does_not(
    open_studio: OpenStudio, john: Person
) -> None:
    studio = open_studio()
    studio.sign_in(john.username)
    studio.page.reload()
    expect(studio.page.get_by_text(john.username)).to_be_visible()
    assert studio.page.evaluate("localStorage.length") == 0

    expect(open_studio().page.get_by_label("Username")).to_be_visible()


def test_the_first_load_is_small_and_asks_nobody_else(open_studio: OpenStudio) -> None:
    studio = open_studio()
    sizes: list[int] = []
    studio.page.on("requestfinished", lambda request: sizes.append(carried(request)))
    studio.page.reload(wait_until="networkidle")

    assert 0 < sum(sizes) < FIRST_LOAD
    assert studio.hosts == {"localhost"}


def carried(request: Request) -> int:
    sizes = request.sizes()
    return sizes["responseHeadersSize"] + sizes["responseBodySize"]


def test_it_works_below_a_stage(open_studio: OpenStudio) -> None:
    """As at the API's own address on AWS, where every path begins with the stage."""
    studio = open_studio()
    seen: list[str] = []

    def serve(route: Route) -> None:
        path = route.request.url.removeprefix("https://stage.test")
        seen.append(path)
        below = studio.api.base_url.join(path.removeprefix("/live"))
        route.fulfill(response=route.fetch(url=str(below)))

    studio.page.route("https://stage.test/**", serve)
    studio.page.goto("https://stage.test/live/studio/#/stories")
    expect(studio.page.get_by_text("No stories yet")).to_be_visible()

    assert all(path.startswith("/live/") for path in seen)
    assert "/live/api/v2/images?limit=48" in seen


def test_a_view_waits_for_its_list_and_nothing_else_does(studio: Studio, john: Person) -> None:
    studio.sign_in(john.username)
    held: list[Route] = []
    arrived = threading.Event()

    def hold(route: Route) -> None:
        held.append(route)
        arrived.set()

    studio.page.route("**/images/public*", hold)
    studio.go("Public")
    expect(studio.page.locator(".placeholder")).not_to_have_count(0)
    studio.go("Shared with me")
    expect(studio.page.get_by_text("Nothing is shared with you")).to_be_visible()

    assert arrived.is_set()
    held[0].continue_()
