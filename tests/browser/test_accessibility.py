"""axe reports no violations in any view, with the light and the dark colour scheme."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import OpenStudio
from tests.browser.studio import Studio, image_file
from tests.support.gallery import User


@pytest.fixture(params=["light", "dark"])
def studio(open_studio: OpenStudio, request: pytest.FixtureRequest) -> Iterator[Studio]:
    yield open_studio(color_scheme=request.param)


def assert_accessible(studio: Studio) -> None:
    results = Axe().run(studio.page)

    assert results.violations_count == 0, results.generate_report()


def test_every_view_is_accessible(studio: Studio, john: User, jane: User) -> None:
    assert_accessible(studio)
    shared = john.upload(caption="Shared", visibility="public")
    john.share(shared["image_id"], jane.username)
    studio.sign_in(john.username)
    expect(studio.tiles).to_have_count(1)
    studio.choose_files(image_file(1))
    assert_accessible(studio)

    studio.click_button("Open Shared")
    expect(studio.lightbox.locator(".share-list")).to_contain_text(jane.username)
    assert_accessible(studio)
    studio.lightbox.get_by_role("button", name="Delete").click()
    assert_accessible(studio)
    studio.click_button("Cancel")
    studio.page.keyboard.press("Escape")

    for name in ("Public", "Shared with me", "Generate", "Stories", "Publicaciones"):
        studio.click_link(name)
        expect(studio.page.locator("[aria-busy], .placeholder")).to_have_count(0)
        expect(studio.page.get_by_text("Loading")).to_have_count(0)
        assert_accessible(studio)
