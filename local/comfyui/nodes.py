"""What each node does with its inputs: the result that its links pass on."""

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from PIL import Image, ImageOps

from local.comfyui.pictures import Size, Wish, paint

Images = list[Image.Image]
# A decoder works on blocks of so many pixels: other sizes come out rounded down.
BLOCK = 8


class Studio(Protocol):
    """What nodes may ask of the run that they are part of."""

    def step(self, value: int, maximum: int) -> None: ...

    def save(self, images: Images, prefix: str) -> list[dict[str, str]]: ...


class Made(NamedTuple):
    """A node's results, and what an output node shows in the history."""

    values: tuple[Any, ...]
    shown: dict[str, Any] | None = None


class Model(NamedTuple):
    checkpoint: str


class Conditioning(NamedTuple):
    text: str
    model: str


class Latents(NamedTuple):
    size: Size
    batch: int
    text: str = ""
    seed: int = 0


def load_checkpoint(_studio: Studio, ckpt_name: str) -> Made:
    model = Model(ckpt_name)
    return Made((model, model, model))


def encode_text(_studio: Studio, text: str, clip: Model) -> Made:
    return Made((Conditioning(text, clip.checkpoint),))


def empty_latents(_studio: Studio, width: int, height: int, batch_size: int) -> Made:
    size = (width // BLOCK * BLOCK, height // BLOCK * BLOCK)
    return Made((Latents(size, batch_size),))


def sample(
    studio: Studio,
    model: Model,
    seed: int,
    steps: int,
    positive: Conditioning,
    latent_image: Latents,
    **_settings: object,
) -> Made:
    model.checkpoint.encode()  # text where a link belongs fails here, as late as it really does
    sampled = latent_image._replace(text=positive.text, seed=seed)
    for step in range(steps):
        studio.step(step + 1, steps)
    return Made((sampled,))


def decode(_studio: Studio, samples: Latents, vae: Model) -> Made:
    wishes = [Wish(samples.text, samples.seed, samples.size, one) for one in range(samples.batch)]
    return Made(([paint(wish) for wish in wishes],))


def empty_image(_studio: Studio, width: int, height: int, batch_size: int, color: int) -> Made:
    plain = Image.new("RGB", (width, height), f"#{color:06x}")
    return Made(([plain] * batch_size,))


def invert(_studio: Studio, image: Images) -> Made:
    return Made(([ImageOps.invert(one) for one in image],))


def save(studio: Studio, images: Images, filename_prefix: str) -> Made:
    return Made((images,), {"images": studio.save(images, filename_prefix)})


NODES: dict[str, Callable[..., Made]] = {
    "CheckpointLoaderSimple": load_checkpoint,
    "CLIPTextEncode": encode_text,
    "EmptyLatentImage": empty_latents,
    "KSampler": sample,
    "VAEDecode": decode,
    "EmptyImage": empty_image,
    "ImageInvert": invert,
    "SaveImage": save,
}
