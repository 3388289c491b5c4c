"""Pictures show what was asked for, and the same again when it is asked again."""

import json

import pytest
from PIL import Image

from local.comfyui.pictures import Wish, paint
from tests.support.comfyui import Host, plain_image, text_to_image


def wish(text: str = "a cat", seed: int = 1, size: tuple[int, int] = (64, 64)) -> Wish:
    return Wish(text, seed, size, 0)


def light(image: Image.Image) -> int:
    """How many pixels are nearly white, which letters alone are."""
    return sum(value > 200 for value in image.convert("L").tobytes())


def test_the_same_wish_gives_the_same_pixels() -> None:
    assert paint(wish()).tobytes() == paint(wish()).tobytes()


@pytest.mark.parametrize("other", [wish("a dog"), wish(seed=2), wish()._replace(place=1)])
def test_another_wish_gives_another_picture(other: Wish) -> None:
    assert paint(other).tobytes() != paint(wish()).tobytes()


@pytest.mark.parametrize("size", [(16, 16), (64, 64), (512, 64), (64, 512), (512, 512)])
@pytest.mark.parametrize("text", ["", "a cat", "word " * 1000, "x" * 3000, "ñandú 漢字 \ud800\n\0"])
def test_any_text_fits_any_size(text: str, size: tuple[int, int]) -> None:
    assert paint(wish(text, 2**64 - 1, size)).size == size


def test_more_words_are_more_letters() -> None:
    small = (64, 64)
    assert light(paint(wish("", size=small))) < light(paint(wish("a lighthouse", size=small)))


def test_accents_are_drawn_as_plain_letters() -> None:
    assert paint(wish("ñandú")).tobytes() == paint(wish("nandu")).tobytes()


def test_a_run_draws_the_prompt_and_the_seed_in_the_size_asked_for(host: Host) -> None:
    job = host.run(text_to_image("a cat", seed=5, size=(128, 96)))
    expected = paint(wish("a cat", 5, (128, 96)))
    assert host.picture(job).tobytes() == expected.tobytes()


def test_a_size_is_rounded_down_to_whole_blocks(host: Host) -> None:
    assert host.picture(host.run(text_to_image(size=(71, 64)))).size == (64, 64)


def test_a_batch_holds_different_pictures(host: Host) -> None:
    images = host.run(text_to_image(batch=3, prefix="three"))["outputs"]["9"]["images"]
    assert [image["filename"] for image in images] == [f"three_0000{n}_.png" for n in (1, 2, 3)]
    assert len({host.view(**image, channel="rgb").content for image in images}) == 3


def test_a_file_carries_its_graph_unless_it_is_encoded_anew(host: Host) -> None:
    graph = text_to_image("secret")
    image = host.picture(host.run(graph))
    assert json.loads(image.info["prompt"]) == graph
    assert b"secret" not in host.view(filename="lighthouse_00001_.png", channel="rgb").content


def test_the_same_graph_draws_the_same_file_after_a_restart(host: Host) -> None:
    first = host.view(filename=host.run(text_to_image())["preview_output"]["filename"])
    host.fail_next(kind="forget")
    second = host.view(filename=host.run(text_to_image())["preview_output"]["filename"])
    assert first.content == second.content
    assert first.headers["content-disposition"] != second.headers["content-disposition"]


@pytest.mark.parametrize("prefix", ["../outside", "a/../../outside", "/outside", "nul\0"])
def test_nothing_is_saved_outside_the_folder(host: Host, prefix: str) -> None:
    job = host.run(plain_image(prefix=prefix))
    assert job["status"] == "failed"
    assert job["execution_error"]["node_type"] == "SaveImage"


def test_a_name_with_two_dots_is_saved_and_cannot_be_fetched(host: Host) -> None:
    image = host.run(plain_image(prefix="what..."))["preview_output"]
    assert host.view(filename=image["filename"]).status_code == 400


@pytest.mark.parametrize(
    ("preview", "format"),
    [("webp;80", "webp"), ("jpeg;50", "jpeg"), ("webp", "webp"), ("gif;x", "webp")],
)
def test_previews_come_in_two_formats(host: Host, preview: str, format: str) -> None:
    host.run(plain_image())
    answer = host.view(filename="plain_00001_.png", preview=preview)
    assert answer.headers["content-type"] == f"image/{format}"
