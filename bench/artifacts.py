"""The artifacts of `sam build`, as Lambda lays them out: the code folder and a path of layers."""

import os
import platform
from collections.abc import Iterable
from pathlib import Path

from local.settings import REGION, Settings
from ops import template

BUILD = Settings().build
HANDLERS = {name: str(function["Handler"]) for name, function in template.functions().items()}


def code(function: str) -> Path:
    """The folder that is `/var/task` on Lambda."""
    return BUILD / function


def layers(function: str) -> list[str]:
    return [layer["Ref"] for layer in template.functions()[function]["Layers"]]


def layer_path(names: Iterable[str]) -> str:
    """The equivalent of `/opt/python`. The last layer comes first, since on Lambda it overwrites
    the files of the others."""
    return os.pathsep.join(str(BUILD / name / "python") for name in reversed(list(names)))


def environment(function: str, resource_ids: dict[str, str]) -> dict[str, str]:
    """The function's variables; `resource_ids` are physical ids by logical id."""
    declared = template.environment(template.functions()[function], resource_ids)
    return {"AWS_REGION": REGION, **declared}


def size(folder: Path, suffix: str = "") -> int:
    """Bytes of the files below the folder whose names end with the suffix."""
    files = (path for path in folder.rglob(f"*{suffix}") if path.is_file())
    return sum(path.stat().st_size for path in files)


def machine() -> str:
    return "arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64"
