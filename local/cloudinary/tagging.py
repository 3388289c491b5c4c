"""The calls of the Upload API that change tags and context of assets."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from local.cloudinary.assets import Asset, Key
from local.cloudinary.calls import Call
from local.cloudinary.emulator import Emulator
from local.cloudinary.errors import CloudinaryError, missing_parameter


def tags(emulator: Emulator, call: Call) -> dict[str, Any]:
    new_tags = call.text_list("tag")
    commands: dict[str, Callable[[Asset], list[str]]] = {
        "add": lambda asset: [*asset.tags, *(tag for tag in new_tags if tag not in asset.tags)],
        "remove": lambda asset: [tag for tag in asset.tags if tag not in new_tags],
        "replace": lambda asset: new_tags,
        "remove_all": lambda asset: [],
    }
    command = commands.get(call.required("command"))
    if not command:
        raise CloudinaryError(400, "Invalid command")
    return _change_each(emulator, call, lambda asset: replace(asset, tags=command(asset)))


def context(emulator: Emulator, call: Call) -> dict[str, Any]:
    commands: dict[str, Callable[[Asset], dict[str, str]]] = {
        "add": lambda asset: asset.context | read_context(call),
        "remove_all": lambda asset: {},
    }
    command = commands.get(call.required("command"))
    if not command:
        raise CloudinaryError(400, "Invalid command")
    return _change_each(emulator, call, lambda asset: replace(asset, context=command(asset)))


def _change_each(
    emulator: Emulator, call: Call, change: Callable[[Asset], Asset]
) -> dict[str, Any]:
    if "public_ids" not in call.params:
        raise missing_parameter("public_ids")
    changed = [
        public_id
        for public_id in call.params["public_ids"]
        if emulator.store.change(asset_key(call, public_id), change)
    ]
    return {"public_ids": changed}


def read_context(call: Call) -> dict[str, str]:
    """Parse `caption=one|alt=two`, where a backslash escapes `=` and `|` in a value."""
    pairs = (
        re.split(r"(?<!\\)=", pair, maxsplit=1)
        for pair in re.split(r"(?<!\\)\|", call.text("context"))
    )
    return {pair[0]: re.sub(r"\\([=|])", r"\1", pair[1]) for pair in pairs if len(pair) == 2}


def asset_key(call: Call, public_id: str) -> Key:
    return Key(call.path_params["resource_type"], call.text("type", "upload"), public_id)
