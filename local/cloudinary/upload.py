"""Cloudinary's Upload API: signed calls that create, change or destroy assets."""

import re
from base64 import b64decode
from dataclasses import replace
from hashlib import md5
from pathlib import PurePath
from typing import Any
from uuid import uuid4

from local.cloudinary.assets import Asset, Key, asset_url, upload_response
from local.cloudinary.calls import Call
from local.cloudinary.emulator import Emulator, Operation
from local.cloudinary.errors import CloudinaryError, not_found
from local.cloudinary.images import canonical_extension, inspect_image
from local.cloudinary.tagging import asset_key, context, read_context, tags
from local.cloudinary.transformations import Derived, derive

TYPES = {"upload", "private", "authenticated"}
# Cloudinary's "Permitted naming conventions".
FORBIDDEN = re.compile(r"[?&#\\%<>+\x00-\x1f\x7f]|(^|/)v\d+/")
MAX_PUBLIC_ID = 255


def upload(emulator: Emulator, call: Call) -> dict[str, Any]:
    if call.path_params["resource_type"] not in {"image", "auto"}:
        raise CloudinaryError(400, "Only images can be uploaded to this emulator")
    name, content = _read_file(call)
    asset = _new_asset(emulator, call, name, content)
    # Derived before the asset is stored, so that a rejected upload stores nothing.
    derived = _derive_eagerly(emulator, call, asset, content)
    overwrite = call.flag("overwrite", "1")
    asset, existed = emulator.store.add(asset, content, overwrite=overwrite)
    if call.flag("invalidate"):
        emulator.store.invalidate(asset.key)
    response = _response(emulator, call, asset, derived) | {"overwritten": existed and overwrite}
    return response | ({"existing": True} if existed and not overwrite else {})


def _read_file(call: Call) -> tuple[str, bytes]:
    if call.file and call.file.content:
        return call.file.name, call.file.content
    text = call.required("file")
    if not text.startswith("data:"):
        raise CloudinaryError(400, "Fetching remote files is not supported by this emulator")
    try:
        return "file", b64decode(text.partition(";base64,")[2], validate=True)
    except ValueError:
        raise CloudinaryError(400, "Invalid data URI") from None


def _new_asset(emulator: Emulator, call: Call, name: str, content: bytes) -> Asset:
    limit = emulator.settings.max_bytes
    if len(content) > limit:
        raise CloudinaryError(
            400,
            f"File size too large. Got {len(content)}. Maximum is {limit}. Upgrade your plan to "
            "enjoy higher limits https://www.cloudinary.com/pricing/upgrades/file-limit",
        )
    key = _new_key(call)
    info = inspect_image(content, emulator.settings.max_pixels)
    allowed = call.text_list("allowed_formats")
    if allowed and info.format not in map(canonical_extension, allowed):
        raise CloudinaryError(400, f"Image file format {info.format} not allowed")
    return Asset(
        **key._asdict(),
        **info._asdict(),
        bytes=len(content),
        etag=md5(content).hexdigest(),
        original_filename=PurePath(name).stem,
        asset_folder=call.text("asset_folder") or call.text("folder"),
        display_name=call.text("display_name") or key.public_id.rpartition("/")[2],
        tags=call.text_list("tags"),
        context=read_context(call),
    )


def _new_key(call: Call) -> Key:
    parts = (call.text("folder"), call.text("public_id_prefix"), call.text("public_id"))
    *folders, name = (part.strip(" /") for part in parts)
    public_id = "/".join(filter(None, (*folders, name or uuid4().hex[:20])))
    if FORBIDDEN.search(public_id) or len(public_id) > MAX_PUBLIC_ID:
        raise CloudinaryError(400, f"public_id ({public_id[:MAX_PUBLIC_ID]}) is invalid")
    type = call.text("type", "upload")
    if type not in TYPES:
        raise CloudinaryError(400, f"Invalid type {type}")
    return Key("image", type, public_id)


def _derive_eagerly(
    emulator: Emulator, call: Call, asset: Asset, content: bytes
) -> dict[str, Derived]:
    return {
        text: derive(content, asset.format, *_split_format(text), emulator.settings.max_pixels)
        for text in filter(None, call.text("eager").split("|"))
    }


def _split_format(eager: str) -> tuple[str, str]:
    """The `jpg` of `c_fill,w_200/jpg` is a format: unlike a step, it contains no `_`."""
    transformation, _, last = eager.rpartition("/")
    return (eager, "") if "_" in last else (transformation, canonical_extension(last))


def _response(
    emulator: Emulator, call: Call, asset: Asset, derived: dict[str, Derived]
) -> dict[str, Any]:
    response = upload_response(asset, emulator.settings, call.host)
    if call.flag("phash"):
        response["phash"] = asset.phash
    if derived:
        response["eager"] = [
            _describe_derived(emulator, call, asset, *item) for item in derived.items()
        ]
    return response


def _describe_derived(
    emulator: Emulator, call: Call, asset: Asset, text: str, derived: Derived
) -> dict[str, Any]:
    transformation, _ = _split_format(text)
    url = asset_url(asset, emulator.settings, call.host, transformation, derived.format)
    return {
        "transformation": text,
        "width": derived.width,
        "height": derived.height,
        "bytes": len(derived.content),
        "format": derived.format,
        "url": url,
        "secure_url": url,
    }


def destroy(emulator: Emulator, call: Call) -> dict[str, Any]:
    key = asset_key(call, call.required("public_id"))
    existed = emulator.store.destroy(key, invalidate=call.flag("invalidate"))
    return {"result": "ok" if existed else "not found"}


def explicit(emulator: Emulator, call: Call) -> dict[str, Any]:
    key = asset_key(call, call.required("public_id"))
    if call.flag("invalidate"):
        emulator.store.invalidate(key)
    asset = emulator.store.change(
        key,
        lambda asset: replace(
            asset,
            tags=call.text_list("tags") if "tags" in call.params else asset.tags,
            context=read_context(call) if "context" in call.params else asset.context,
        ),
    )
    stored = emulator.store.deliver(key)
    if not asset or not stored:
        raise not_found(key.public_id)
    return _response(emulator, call, asset, _derive_eagerly(emulator, call, *stored))


UPLOAD_OPERATIONS = [
    Operation(perform.__name__, "POST", f"/{{resource_type}}/{perform.__name__}", perform)
    for perform in (upload, destroy, explicit, tags, context)
]
