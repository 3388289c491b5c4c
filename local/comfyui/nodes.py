"""The function of each node class: it takes the node's inputs and returns its outputs."""

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from PIL import Image, ImageOps

from local.comfyui.drawing import ImageSpec, Size, draw_image

Images = list[Image.Image]
# In pixels. A decoder works on whole blocks, so sizes are rounded down to a multiple.
BLOCK = 8


class NodeContext(Protocol):
    """The functions of a run that nodes can call."""

    def step(self, value: int, maximum: int) -> None: ...

    def save(self, images: Images, prefix: str) -> list[dict[str, str]]: ...


class NodeResult(NamedTuple):
    """A node's outputs by index; `ui` is what an output node adds to the history."""

    outputs: tuple[Any, ...]
    ui: dict[str, Any] | None = None


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


def load_checkpoint(_context: NodeContext, ckpt_name: str) -> NodeResult:
    model = Model(ckpt_name)
    return NodeResult((model, model, model))


def encode_text(_context: NodeContext, text: str, clip: Model) -> NodeResult:
    return NodeResult((Conditioning(text, clip.checkpoint),))


def empty_latents(_context: NodeContext, width: int, height: int, batch_size: int) -> NodeResult:
    size = (width // BLOCK * BLOCK, height // BLOCK * BLOCK)
    return NodeResult((Latents(size, batch_size),))


def sample(
    context: NodeContext,
    model: Model,
    seed: int,
    steps: int,
    positive: Conditioning,
    latent_image: Latents,
    **_settings: object,
) -> NodeResult:
    model.checkpoint.encode()  # a text in place of a link fails only here, as on a real host
    sampled = latent_image._replace(text=positive.text, seed=seed)
    for step in range(steps):
        context.step(step + 1, steps)
    return NodeResult((sampled,))


def decode(_context: NodeContext, samples: Latents, vae: Model) -> NodeResult:
    specs = [
        ImageSpec(samples.text, samples.seed, samples.size, position)
        for position in range(samples.batch)
    ]
    return NodeResult(([draw_image(spec) for spec in specs],))


def empty_image(
    _context: NodeContext, width: int, height: int, batch_size: int, color: int
) -> NodeResult:
    image = Image.new("RGB", (width, height), f"#{color:06x}")
    return NodeResult(([image] * batch_size,))


def invert(_context: NodeContext, image: Images) -> NodeResult:
    return NodeResult(([ImageOps.invert(one) for one in image],))


def save(context: NodeContext, images: Images, filename_prefix: str) -> NodeResult:
    return NodeResult((images,), {"images": context.save(images, filename_prefix)})


NODES: dict[str, Callable[..., NodeResult]] = {
    "CheckpointLoaderSimple": load_checkpoint,
    "CLIPTextEncode": encode_text,
    "EmptyLatentImage": empty_latents,
    "KSampler": sample,
    "VAEDecode": decode,
    "EmptyImage": empty_image,
    "ImageInvert": invert,
    "SaveImage": save,
}
