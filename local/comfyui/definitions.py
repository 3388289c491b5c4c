"""Definitions of the host's nodes, in the format of `/object_info`."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

Definition = dict[str, Any]


def definitions(checkpoints: Sequence[str]) -> dict[str, Definition]:
    nodes: dict[str, Definition] = json.loads(_text())
    nodes["CheckpointLoaderSimple"]["input"]["required"]["ckpt_name"][0] = list(checkpoints)
    return nodes


@cache
def _text() -> str:
    return Path(__file__).with_name("object_info.json").read_text()


def required_inputs(definition: Definition) -> dict[str, list[Any]]:
    """By name, each `[type or choices, options]`."""
    required: dict[str, list[Any]] = definition["input"]["required"]
    return required
