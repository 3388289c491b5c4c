"""What people come to the studio for, from the first press to the last."""

import httpx2
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenStudio
from tests.browser.studio import Studio, file
from tests.support.gallery import PASSWORD, Person, new_name


def test_a_stranger_does_the_example_workflow_of_the_gallery(studio: Studio, jane: Person) -> None:
    page, name = studio.page, new_name()
    studio.look("1-welcome")
    page.get_by_text("Create account").click()
    page.get_by_label("Username").fill(name)
    page.get_by_label("E-mail").fill(f"{name}@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    studio.press("Create account")
    expect(page.get_by_text("Nothing here yet")).to_be_visible()

    studio.add(file(1), file(2))
    page.get_by_label("Caption: 1.jpg").fill("My first image")
    studio.look("2-chosen")
    studio.press("Upload 2 pictures")
    expect(studio.tiles).to_have_count(2)
    expect(page.locator(".upload-row")).to_have_count(0)
    studio.look("3-mine")

    studio.press("Open My first image")
    expect(studio.large.get_by_text("Nobody yet.")).to_be_visible()
    expect(studio.large.get_by_text("private", exact=True)).to_be_visible()
    studio.large.get_by_label("Share with").fill(jane.username)
    studio.press("Share", exact=True)
    expect(studio.large.locator(".people")).to_contain_text(jane.username)
    studio.look("4-shared")
    page.keyboard.press("Escape")
    studio.go("Shared by me")
    expect(page.locator("ul.grid")).to_contain_text(f"with {jane.username}")

    studio.press("Sign out")
    studio.sign_in(jane.username)
    studio.go("Shared with me")
    studio.press("Open My first image")
    expect(studio.large.get_by_text(name)).to_be_visible()
    expect(studio.large.get_by_role("button", name="Delete")).to_have_count(0)


def test_an_owner_unshares_and_deletes(studio: Studio, john: Person, jane: Person) -> None:
    image_id = john.upload(caption="Harbour", visibility="public")["image_id"]
    john.share(image_id, jane.username)
    studio.sign_in(john.username)

    studio.press("Open Harbour")
    studio.press(f"Stop sharing with {jane.username}")
    expect(studio.large.get_by_text("Nobody yet.")).to_be_visible()
    assert jane.shared_with_me() == []

    studio.large.get_by_role("button", name="Delete").click()
    studio.page.get_by_role("button", name="Cancel").click()
    expect(studio.large).to_be_visible()
    studio.large.get_by_role("button", name="Delete").click()
    studio.confirm()
    expect(studio.page.get_by_text("Nothing here yet")).to_be_visible()
    assert john.my_images() == []


def test_a_public_image_is_seen_by_everybody(
    studio: Studio, john: Person, api: httpx2.Client
) -> None:
    studio.sign_in(john.username)
    studio.add(file(3))
    studio.page.get_by_label("Caption: 3.jpg").fill(f"Of {john.username}")
    studio.page.get_by_text("Public", exact=True).last.click()
    studio.press("Upload 1 picture")
    expect(studio.tiles).to_have_count(1)
    studio.go("Public")

    expect(studio.page.locator("ul.grid")).to_contain_text(f"Of {john.username}")
    assert john.my_images()[0]["visibility"] == "public"


def test_words_become_a_picture_and_its_settings_another(studio: Studio) -> None:
    page = studio.page
    studio.go("Generate")
    studio.press("Red fox in snow")
    page.get_by_text("Watercolor", exact=True).click()
    page.get_by_text("Landscape", exact=True).click()
    studio.look("1-asked")
    studio.press("Generate")
    expect(page.locator(".stage img")).to_be_visible()
    studio.look("2-done")

    studio.tiles.first.click()
    expect(studio.large).to_contain_text("768 × 512")
    seed = studio.large.locator("dt:has-text('Seed') + dd").inner_text()
    studio.press("Use these settings again")
    expect(page.get_by_label("Seed")).to_have_value(seed)
    expect(page.get_by_label("What shall it show?")).to_have_value(
        "watercolor painting of a red fox walking through deep snow, soft winter light, "
        "birch forest in the background, soft washes, wet edges, visible paper texture"
    )
    first = page.locator(".stage img").get_attribute("src") or ""
    studio.press("Generate")
    expect(page.locator(".stage img")).to_be_visible()
    expect(page.locator(".stage img")).not_to_have_attribute("src", first)


def test_a_generation_is_seen_live_and_cancelled(studio: Studio, comfyui: httpx2.Client) -> None:
    comfyui.post("/_settings", json={"seconds": 60})
    studio.go("Generate")
    studio.page.get_by_label("What shall it show?").fill("a lighthouse")
    studio.press("Generate")
    expect(studio.page.locator(".stage").get_by_text("Developing")).to_be_visible()
    studio.look("developing")
    studio.press("Cancel")

    expect(studio.page.locator(".stage").get_by_text("Cancelled")).to_be_visible()


@pytest.mark.parametrize("store", ["In Cloudinary", "In S3"])
def test_a_story_is_made_looked_at_and_deleted(studio: Studio, store: str) -> None:
    studio.go("Stories")
    studio.go(store)
    studio.add(file(4), file(5), file(6))
    studio.press("Make a story of 3 pictures")
    card = studio.page.locator("ul.grid > li:has(.strip)").first
    expect(card).to_contain_text("3 pictures")
    studio.look("made")

    card.locator(".strip").click()
    expect(studio.large).to_contain_text("1 of 3")
    studio.page.keyboard.press("ArrowLeft")
    expect(studio.large).to_contain_text("3 of 3")
    studio.page.keyboard.press("Escape")
    card.get_by_role("button", name="Delete story").click()
    studio.confirm()
    expect(studio.page.get_by_text("No stories yet")).to_be_visible()


def test_a_publication_is_filled_up_to_its_plan(open_studio: OpenStudio, john: Person) -> None:
    studio = open_studio("publications", color_scheme="light")
    studio.sign_in(john.username)
    studio.press("Crear publicación")
    expect(studio.page.get_by_text("Sin imágenes")).to_be_visible()

    studio.add(*(file(seed) for seed in (7, 8, 7, 9, 10, 11)))
    studio.press("Agregar 6 imágenes")
    rows = studio.page.locator(".upload-row")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("La imagen ya existe en esta publicación")
    expect(rows.last).to_contain_text("Has alcanzado el límite de imágenes para tu plan")
    expect(studio.tiles).to_have_count(4)
    studio.look("full")

    studio.press("Eliminar Imagen 1")
    studio.confirm()
    expect(studio.tiles).to_have_count(3)
    studio.press("Eliminar la publicación")
    studio.confirm()
    expect(studio.page.get_by_text("Crear una publicación")).to_be_visible()
    assert studio.refusals == [400, 403]


def test_the_host_is_started_where_it_stands_still(
    studio: Studio, stopped_host: httpx2.Client
) -> None:
    studio.go("Generate")
    expect(studio.page.get_by_text("ComfyUI is not running")).to_be_visible()
    studio.press("Start the host")

    expect(studio.page.get_by_text("ComfyUI is running")).to_be_visible()
