"""Generated images show their prompt and seed, and are reproducible."""

import json

import pytest
from PIL import Image

from local.comfyui.drawing import ImageSpec, draw_image
from tests.support.comfyui import HostClient, plain_image, text_to_image


def spec(text: str = "a cat", seed: int = 1, size: tuple[int, int] = (64, 64)) -> ImageSpec:
    return ImageSpec(text, seed, size, 0)


def light_pixels(image: Image.Image) -> int:
    """The number of nearly white pixels, which only text has."""
    return sum(value > 200 for value in image.convert("L").tobytes())


def test_the_same_spec_gives_the_same_pixels() -> None:
    assert draw_image(spec()).tobytes() == draw_image(spec()).tobytes()


@pytest.mark.parametrize("other", [spec("a dog"), spec(seed=2), spec()._replace(position=1)])
def test_another_spec_gives_another_image(other: ImageSpec) -> None:
    assert draw_image(other).tobytes() != draw_image(spec()).tobytes()


@pytest.mark.parametrize("size", [(16, 16), (64, 64), (512, 64), (64, 512), (512, 512)])
@pytest.mark.parametrize("text", ["", "a cat", "word " * 1000, "x" * 3000, "ñandú 漢字 \ud800\n\0"])
def test_any_text_can_be_drawn_in_any_size(text: str, size: tuple[int, int]) -> None:
    assert draw_image(spec(text, 2**64 - 1, size)).size == size


def test_text_is_drawn_in_white() -> None:
    small = (64, 64)
    assert light_pixels(draw_image(spec("", size=small))) < light_pixels(
        draw_image(spec("a lighthouse", size=small))
    )


def test_accented_letters_are_drawn_without_accents() -> None:
    assert draw_image(spec("ñandú")).tobytes() == draw_image(spec("nandu")).tobytes()


def test_a_run_draws_prompt_and_seed_in_the_requested_size(host: HostClient) -> None:
    job = host.run(text_to_image("a cat", seed=5, size=(128, 96)))
    expected = draw_image(spec("a cat", 5, (128, 96)))
    assert host.first_image(job).tobytes() == expected.tobytes()


def test_the_size_is_rounded_down_to_whole_blocks(host: HostClient) -> None:
    assert host.first_image(host.run(text_to_image(size=(71, 64)))).size == (64, 64)


def test_the_images_of_a_batch_differ(host: HostClient) -> None:
    images = host.run(text_to_image(batch=3, prefix="three"))["outputs"]["9"]["images"]
    assert [image["filename"] for image in images] == [f"three_0000{n}_.png" for n in (1, 2, 3)]
    assert len({host.view(**image, channel="rgb").content for image in images}) == 3


def test_a_file_contains_its_graph_unless_it_is_encoded_again(host: HostClient) -> None:
    graph = text_to_image("secret")
    image = host.first_image(host.run(graph))
    assert json.loads(image.info["prompt"]) == graph
    assert b"secret" not in host.view(filename="lighthouse_00001_.png", channel="rgb").content


def test_the_same_graph_draws_the_same_file_after_a_restart(host: HostClient) -> None:
    first = host.view(filename=host.run(text_to_image())["preview_output"]["filename"])
    host.inject_fault(kind="restart")
    second = host.view(filename=host.run(text_to_image())["preview_output"]["filename"])
    assert first.content == second.content
    assert first.headers["content-disposition"] != second.headers["content-disposition"]


@pytest.mark.parametrize("prefix", ["../outside", "a/../../outside", "/outside", "nul\0"])
def test_files_outside_the_output_folder_are_rejected(host: HostClient, prefix: str) -> None:
    job = host.run(plain_image(prefix=prefix))
    assert job["status"] == "failed"
    assert job["execution_error"]["node_type"] == "SaveImage"


def test_a_name_with_two_dots_is_saved_but_cannot_be_viewed(host: HostClient) -> None:
    image = host.run(plain_image(prefix="what..."))["preview_output"]
    assert host.view(filename=image["filename"]).status_code == 400


@pytest.mark.parametrize(
    ("preview", "format"),
    [("webp;80", "webp"), ("jpeg;50", "jpeg"), ("webp", "webp"), ("gif;x", "webp")],
)
def test_previews_are_webp_or_jpeg(host: HostClient, preview: str, format: str) -> None:
    host.run(plain_image())
    response = host.view(filename="plain_00001_.png", preview=preview)
    assert response.headers["content-type"] == f"image/{format}"
