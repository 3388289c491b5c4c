"""User journeys: the main tasks in the studio, from start to end."""

import httpx2
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenStudio
from tests.browser.studio import Studio, image_file
from tests.support.gallery import PASSWORD, User, new_name


def test_a_new_user_completes_the_example_workflow(studio: Studio, jane: User) -> None:
    page, name = studio.page, new_name()
    studio.screenshot("1-welcome")
    page.get_by_text("Create account").click()
    page.get_by_label("Username").fill(name)
    page.get_by_label("E-mail").fill(f"{name}@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    studio.click_button("Create account")
    expect(page.get_by_text("No images yet")).to_be_visible()

    studio.choose_files(image_file(1), image_file(2))
    page.get_by_label("Caption: 1.jpg").fill("My first image")
    studio.screenshot("2-chosen")
    studio.click_button("Upload 2 images")
    expect(studio.tiles).to_have_count(2)
    expect(page.locator(".upload-row")).to_have_count(0)
    studio.screenshot("3-mine")

    studio.click_button("Open My first image")
    expect(studio.lightbox.get_by_text("Not shared with anyone.")).to_be_visible()
    expect(studio.lightbox.get_by_text("private", exact=True)).to_be_visible()
    studio.lightbox.get_by_label("Share with").fill(jane.username)
    studio.click_button("Share", exact=True)
    expect(studio.lightbox.locator(".share-list")).to_contain_text(jane.username)
    studio.screenshot("4-shared")
    page.keyboard.press("Escape")
    studio.click_link("Shared by me")
    expect(page.locator("ul.grid")).to_contain_text(f"with {jane.username}")

    studio.click_button("Sign out")
    studio.sign_in(jane.username)
    studio.click_link("Shared with me")
    studio.click_button("Open My first image")
    expect(studio.lightbox.get_by_text(name)).to_be_visible()
    expect(studio.lightbox.get_by_role("button", name="Delete")).to_have_count(0)


def test_an_owner_unshares_and_deletes(studio: Studio, john: User, jane: User) -> None:
    image_id = john.upload(caption="Harbour", visibility="public")["image_id"]
    john.share(image_id, jane.username)
    studio.sign_in(john.username)

    studio.click_button("Open Harbour")
    studio.click_button(f"Stop sharing with {jane.username}")
    expect(studio.lightbox.get_by_text("Not shared with anyone.")).to_be_visible()
    assert jane.shared_with_me() == []

    studio.lightbox.get_by_role("button", name="Delete").click()
    studio.page.get_by_role("button", name="Cancel").click()
    expect(studio.lightbox).to_be_visible()
    studio.lightbox.get_by_role("button", name="Delete").click()
    studio.confirm()
    expect(studio.page.get_by_text("No images yet")).to_be_visible()
    assert john.my_images() == []


def test_a_public_image_is_listed_for_everyone(
    studio: Studio, john: User, api: httpx2.Client
) -> None:
    studio.sign_in(john.username)
    studio.choose_files(image_file(3))
    studio.page.get_by_label("Caption: 3.jpg").fill(f"Of {john.username}")
    studio.page.get_by_text("Public", exact=True).last.click()
    studio.click_button("Upload 1 image")
    expect(studio.tiles).to_have_count(1)
    studio.click_link("Public")

    expect(studio.page.locator("ul.grid")).to_contain_text(f"Of {john.username}")
    assert john.my_images()[0]["visibility"] == "public"


def test_an_image_is_generated_and_its_settings_are_used_again(studio: Studio) -> None:
    page = studio.page
    studio.click_link("Generate")
    studio.click_button("Red fox in snow")
    page.get_by_text("Watercolor", exact=True).click()
    page.get_by_text("Landscape", exact=True).click()
    studio.screenshot("1-form")
    studio.click_button("Generate")
    expect(page.locator(".result img")).to_be_visible()
    studio.screenshot("2-done")

    studio.tiles.first.click()
    expect(studio.lightbox).to_contain_text("768 × 512")
    seed = studio.lightbox.locator("dt:has-text('Seed') + dd").inner_text()
    studio.click_button("Use these settings again")
    expect(page.get_by_label("Seed")).to_have_value(seed)
    expect(page.get_by_label("Prompt", exact=True)).to_have_value(
        "watercolor painting of a red fox walking through deep snow, soft winter light, "
        "birch forest in the background, soft washes, wet edges, visible paper texture"
    )
    first_src = page.locator(".result img").get_attribute("src") or ""
    studio.click_button("Generate")
    expect(page.locator(".result img")).to_be_visible()
    expect(page.locator(".result img")).not_to_have_attribute("src", first_src)


def test_a_running_job_shows_its_status_and_is_cancelled(
    studio: Studio, comfyui: httpx2.Client
) -> None:
    comfyui.post("/_settings", json={"seconds": 60})
    studio.click_link("Generate")
    studio.page.get_by_label("Prompt", exact=True).fill("a lighthouse")
    studio.click_button("Generate")
    expect(studio.page.locator(".result").get_by_text("Generating")).to_be_visible()
    studio.screenshot("generating")
    studio.click_button("Cancel")

    expect(studio.page.locator(".result").get_by_text("Cancelled")).to_be_visible()


@pytest.mark.parametrize("tab", ["In Cloudinary", "In S3"])
def test_a_story_is_created_viewed_and_deleted(studio: Studio, tab: str) -> None:
    studio.click_link("Stories")
    studio.click_link(tab)
    studio.choose_files(image_file(4), image_file(5), image_file(6))
    studio.click_button("Create a story with 3 images")
    card = studio.page.locator("ul.grid > li:has(.story-preview)").first
    expect(card).to_contain_text("3 images")
    studio.screenshot("created")

    card.locator(".story-preview").click()
    expect(studio.lightbox).to_contain_text("1 of 3")
    studio.page.keyboard.press("ArrowLeft")
    expect(studio.lightbox).to_contain_text("3 of 3")
    studio.page.keyboard.press("Escape")
    card.get_by_role("button", name="Delete story").click()
    studio.confirm()
    expect(studio.page.get_by_text("No stories yet")).to_be_visible()


def test_a_publication_accepts_images_up_to_the_plan_limit(
    open_studio: OpenStudio, john: User
) -> None:
    studio = open_studio("publications", color_scheme="light")
    studio.sign_in(john.username)
    studio.click_button("Crear publicación")
    expect(studio.page.get_by_text("Sin imágenes")).to_be_visible()

    studio.choose_files(*(image_file(seed) for seed in (7, 8, 7, 9, 10, 11)))
    studio.click_button("Agregar 6 imágenes")
    rows = studio.page.locator(".upload-row")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("La imagen ya existe en esta publicación")
    expect(rows.last).to_contain_text("Has alcanzado el límite de imágenes para tu plan")
    expect(studio.tiles).to_have_count(4)
    studio.screenshot("full")

    studio.click_button("Eliminar Imagen 1")
    studio.confirm()
    expect(studio.tiles).to_have_count(3)
    studio.click_button("Eliminar la publicación")
    studio.confirm()
    expect(studio.page.get_by_text("Crear una publicación")).to_be_visible()
    assert studio.error_statuses == [400, 403]


def test_a_stopped_host_is_started(studio: Studio, stopped_host: httpx2.Client) -> None:
    studio.click_link("Generate")
    expect(studio.page.get_by_text("ComfyUI is not running")).to_be_visible()
    studio.click_button("Start the host")

    expect(studio.page.get_by_text("ComfyUI is running")).to_be_visible()
