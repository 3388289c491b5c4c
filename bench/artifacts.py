"""What `sam build` has made, laid out as Lambda would: code in one place, layers on the path."""

import os
import platform
from collections.abc import Iterable
from pathlib import Path

from local.settings import REGION, Settings
from tests.support import template

BUILD = Settings().build
HANDLERS = {name: str(function["Handler"]) for name, function in template.functions().items()}


def code(function: str) -> Path:
    """The folder that is `/var/task` on Lambda."""
    return BUILD / function


def layers(function: str) -> list[str]:
    return [layer["Ref"] for layer in template.functions()[function]["Layers"]]


def layer_path(names: Iterable[str]) -> str:
    """What stands for `/opt/python`: the later layer wins, as it does when they are unpacked."""
    return os.pathsep.join(str(BUILD / name / "python") for name in reversed(list(names)))


def environment(function: str, values: dict[str, str]) -> dict[str, str]:
    """The function's variables; `values` are the ids of what it works with, by logical id."""
    declared = template.environment(template.functions()[function], values)
    return {"AWS_REGION": REGION, **declared}


def size(folder: Path, kind: str = "") -> int:
    """Bytes of the files below the folder, or of those whose names end so."""
    files = (path for path in folder.rglob(f"*{kind}") if path.is_file())
    return sum(path.stat().st_size for path in files)


def machine() -> str:
    return "arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64"
