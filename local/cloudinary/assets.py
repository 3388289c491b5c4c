"""The record of an uploaded image, and its documents in the APIs."""

import time
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import uuid4

from local.cloudinary.settings import Settings
from local.cloudinary.signatures import delivery_signature, escape, response_signature


class Key(NamedTuple):
    resource_type: str
    type: str
    public_id: str


def _timestamp() -> int:
    return int(time.time())


def _identifier() -> str:
    return uuid4().hex


@dataclass(frozen=True)
class Asset:
    resource_type: str
    type: str
    public_id: str
    format: str
    width: int
    height: int
    bytes: int
    etag: str
    phash: str
    original_filename: str
    asset_folder: str
    display_name: str
    tags: list[str]
    context: dict[str, str]
    version: int = field(default_factory=_timestamp)
    version_id: str = field(default_factory=_identifier)
    asset_id: str = field(default_factory=_identifier)

    @property
    def key(self) -> Key:
        return Key(self.resource_type, self.type, self.public_id)


def asset_url(
    asset: Asset, settings: Settings, host: str, transformation: str = "", extension: str = ""
) -> str:
    """A delivery URL; `host` is the emulator's address in the client's request."""
    source = f"{asset.public_id}.{extension or asset.format}"
    signature = delivery_signature(transformation, source, settings.api_secret)
    parts = [
        f"http://{host}/{settings.cloud}/{asset.resource_type}/{asset.type}",
        "" if asset.type == "upload" else f"s--{signature}--",
        transformation,
        f"v{asset.version}",
        escape(source),
    ]
    return "/".join(filter(None, parts))


def describe(asset: Asset, settings: Settings, host: str) -> dict[str, Any]:
    """The asset's document in the Admin API."""
    url = asset_url(asset, settings, host)
    return {
        "asset_id": asset.asset_id,
        "public_id": asset.public_id,
        "format": asset.format,
        "version": asset.version,
        "resource_type": asset.resource_type,
        "type": asset.type,
        "created_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(asset.version)),
        "bytes": asset.bytes,
        "width": asset.width,
        "height": asset.height,
        "asset_folder": asset.asset_folder,
        "display_name": asset.display_name,
        "access_mode": "authenticated" if asset.type == "authenticated" else "public",
        "url": url,
        "secure_url": url,
    }


def upload_response(asset: Asset, settings: Settings, host: str) -> dict[str, Any]:
    """The asset's document in the Upload API."""
    custom = {"context": {"custom": asset.context}} if asset.context else {}
    return (
        describe(asset, settings, host)
        | custom
        | {
            "version_id": asset.version_id,
            "signature": response_signature(asset.public_id, asset.version, settings.api_secret),
            "tags": asset.tags,
            "etag": asset.etag,
            "placeholder": False,
            "original_filename": asset.original_filename,
            "api_key": settings.api_key,
        }
    )
