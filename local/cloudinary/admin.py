"""Cloudinary's Admin API: usage, lists and bulk deletion, with a quota of calls."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any

from local.cloudinary.assets import Asset, Key, describe
from local.cloudinary.calls import Call
from local.cloudinary.emulator import Emulator, Operation
from local.cloudinary.errors import CloudinaryError, missing_parameter, not_found

MAX_PAGE_SIZE = 500
MAX_PUBLIC_IDS = 100
MAX_DELETED = 1000


def ping(_emulator: Emulator, _call: Call) -> dict[str, Any]:
    return {"status": "ok"}


def usage(emulator: Emulator, _call: Call) -> dict[str, Any]:
    settings = emulator.settings
    assets = emulator.store.list("image")
    return {
        "plan": "Free",
        "last_updated": f"{datetime.now(UTC):%Y-%m-%d}",
        "objects": {"usage": len(assets)},
        "storage": {"usage": sum(asset.bytes for asset in assets)},
        "resources": len(assets),
        "derived_resources": 0,
        "media_limits": {
            "image_max_size_bytes": settings.max_bytes,
            "video_max_size_bytes": 0,
            "raw_max_size_bytes": 0,
            "image_max_px": settings.max_pixels,
            "asset_max_total_px": settings.max_pixels * 2,
        },
    }


def resources(emulator: Emulator, call: Call) -> dict[str, Any]:
    assets = _select_assets(emulator, call)
    if "next_cursor" in call.params:
        start = _read_cursor(call.text("next_cursor"))
        assets = [asset for asset in assets if asset.key >= start]
    size = call.number("max_results", 10)
    if size < 1:
        raise CloudinaryError(400, "Invalid value for parameter max_results")
    size = min(size, MAX_PAGE_SIZE)
    page = {"resources": [_list_item(emulator, call, asset) for asset in assets[:size]]}
    return page | _next_cursor(assets[size:])


def _select_assets(emulator: Emulator, call: Call) -> list[Asset]:
    assets = emulator.store.list(
        call.path_params["resource_type"], call.path_params.get("type", ""), call.text("prefix")
    )
    public_ids = call.params.get("public_ids")
    return [asset for asset in assets if public_ids is None or asset.public_id in public_ids]


def _list_item(emulator: Emulator, call: Call, asset: Asset) -> dict[str, Any]:
    item = describe(asset, emulator.settings, call.host)
    if call.flag("tags"):
        item["tags"] = asset.tags
    if call.flag("context") and asset.context:
        item["context"] = {"custom": asset.context}
    return item


def _next_cursor(rest: list[Asset]) -> dict[str, str]:
    if not rest:
        return {}
    return {"next_cursor": urlsafe_b64encode("\n".join(rest[0].key).encode()).decode()}


def _read_cursor(cursor: str) -> Key:
    try:
        return Key(*urlsafe_b64decode(cursor).decode().split("\n"))
    except (ValueError, TypeError):
        raise CloudinaryError(400, "Invalid cursor") from None


def resource(emulator: Emulator, call: Call) -> dict[str, Any]:
    key = _key(call, call.path_params["public_id"])
    asset = emulator.store.find(key)
    if not asset:
        raise not_found(key.public_id)
    document = describe(asset, emulator.settings, call.host)
    document |= {"etag": asset.etag, "tags": asset.tags, "derived": []}
    if asset.context:
        document["context"] = {"custom": asset.context}
    if call.flag("phash"):
        document["phash"] = asset.phash
    return document


def delete(emulator: Emulator, call: Call) -> dict[str, Any]:
    for unsupported in ("keep_original", "transformations"):
        if call.text(unsupported, "false") != "false":
            raise CloudinaryError(400, f"{unsupported} is not supported by this emulator")
    public_ids, rest = _assets_to_delete(emulator, call)
    invalidate = call.flag("invalidate") and emulator.settings.bulk_invalidation
    existed = {
        public_id: emulator.store.destroy(_key(call, public_id), invalidate=invalidate)
        for public_id in public_ids
    }
    return {
        "deleted": {
            public_id: "deleted" if found else "not_found" for public_id, found in existed.items()
        },
        "deleted_counts": {
            public_id: {"original": int(found), "derived": 0}
            for public_id, found in existed.items()
        },
        "partial": bool(rest),
    } | _next_cursor(rest)


def _assets_to_delete(emulator: Emulator, call: Call) -> tuple[list[str], list[Asset]]:
    """The public ids to delete in this call, and the assets left for the next one."""
    if "public_ids" in call.params:
        public_ids = call.params["public_ids"]
        if len(public_ids) > MAX_PUBLIC_IDS:
            raise CloudinaryError(400, f"Too many public_ids. Maximum is {MAX_PUBLIC_IDS}")
        return public_ids, []
    if "prefix" not in call.params and not call.flag("all"):
        raise missing_parameter("public_ids")
    assets = emulator.store.list(
        call.path_params["resource_type"], call.path_params["type"], call.text("prefix")
    )
    return [asset.public_id for asset in assets[:MAX_DELETED]], assets[MAX_DELETED:]


def _key(call: Call, public_id: str) -> Key:
    return Key(call.path_params["resource_type"], call.path_params["type"], public_id)


ADMIN_OPERATIONS = [
    Operation("ping", "GET", "/ping", ping, admin=True),
    Operation("usage", "GET", "/usage", usage, admin=True),
    Operation("resources", "GET", "/resources/{resource_type}", resources, admin=True),
    Operation("resources", "GET", "/resources/{resource_type}/{type}", resources, admin=True),
    Operation(
        "resource",
        "GET",
        "/resources/{resource_type}/{type}/{public_id:path}",
        resource,
        admin=True,
    ),
    Operation("delete", "DELETE", "/resources/{resource_type}/{type}", delete, admin=True),
]
