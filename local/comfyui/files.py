"""The output folder: image files with numbered names, each with its graph as metadata."""

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
    """Return the files as the history lists them.

    Raises `PermissionError` for a prefix outside the output folder.
    """
    root = output.resolve()
    folder = (root / Path(prefix).parent).resolve()
    if not folder.is_relative_to(root):
        raise PermissionError(f"Images can only be saved in the output folder, not in {folder}")
    folder.mkdir(parents=True, exist_ok=True)
    subfolder = folder.relative_to(root).as_posix().removeprefix(".")
    name, first = Path(prefix).name, _next_number(folder, Path(prefix).name)
    files = []
    for number, image in enumerate(images, first):
        filename = f"{name}_{number:05}_.png"
        image.save(folder / filename, pnginfo=_metadata(graph), compress_level=4)
        files.append({"filename": filename, "subfolder": subfolder, "type": "output"})
    return files


def _next_number(folder: Path, name: str) -> int:
    numbered = re.compile(rf"{re.escape(name)}_(\d+)_\.png")
    matches = (numbered.fullmatch(path.name) for path in folder.iterdir())
    return max((int(match[1]) for match in matches if match), default=0) + 1


def _metadata(graph: Graph) -> PngInfo:
    metadata = PngInfo()
    metadata.add_text("prompt", json.dumps(graph))
    return metadata
