"""The output folder: pictures under counted names, each with its graph inside."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from local.comfyui.graphs import Graph


def save(
    output: Path, images: Sequence[Image.Image], prefix: str, graph: Graph
) -> list[dict[str, str]]:
    """What the history calls them. Raises `PermissionError` when the prefix leads outside."""
    root = output.resolve()
    folder = (root / Path(prefix).parent).resolve()
    if not folder.is_relative_to(root):
        raise PermissionError(f"No image is saved outside the output folder: {folder}")
    folder.mkdir(parents=True, exist_ok=True)
    subfolder = folder.relative_to(root).as_posix().removeprefix(".")
    name, first = Path(prefix).name, _next_number(folder, Path(prefix).name)
    saved = []
    for number, image in enumerate(images, first):
        filename = f"{name}_{number:05}_.png"
        image.save(folder / filename, pnginfo=_text_chunk(graph), compress_level=4)
        saved.append({"filename": filename, "subfolder": subfolder, "type": "output"})
    return saved


def _next_number(folder: Path, name: str) -> int:
    counted = re.compile(rf"{re.escape(name)}_(\d+)_\.png")
    found = (counted.fullmatch(path.name) for path in folder.iterdir())
    return max((int(match[1]) for match in found if match), default=0) + 1


def _text_chunk(graph: Graph) -> PngInfo:
    chunk = PngInfo()
    chunk.add_text("prompt", json.dumps(graph))
    return chunk
