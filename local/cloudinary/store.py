"""Assets on disk, and the copies of deleted assets that the CDN still delivers."""

import json
import threading
from collections.abc import Callable
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path

from local.cloudinary.assets import Asset, Key


class AssetDirectory:
    """A directory with two files per asset: its bytes, and a JSON file that refers to them.

    The JSON file is written last and atomically.
    """

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.directory = directory
        self.assets = {asset.key: asset for asset in map(_load, directory.glob("*.json"))}

    def put(self, asset: Asset, content: bytes) -> None:
        previous = self.assets.get(asset.key)
        self._content_path(asset).write_bytes(content)
        self.save(asset)
        if previous and previous.version_id != asset.version_id:
            self._content_path(previous).unlink()

    def save(self, asset: Asset) -> None:
        draft = self._path(asset.key, "draft")
        draft.write_text(json.dumps(asdict(asset)))
        draft.replace(self._path(asset.key, "json"))
        self.assets[asset.key] = asset

    def read(self, asset: Asset) -> bytes:
        return self._content_path(asset).read_bytes()

    def remove(self, key: Key) -> None:
        asset = self.assets.pop(key, None)
        if asset:
            self._path(key, "json").unlink()
            self._content_path(asset).unlink()

    def clear(self) -> None:
        for key in list(self.assets):
            self.remove(key)

    def _content_path(self, asset: Asset) -> Path:
        return self._path(asset.key, asset.version_id)

    def _path(self, key: Key, suffix: str) -> Path:
        # A hash, because a public id may contain "..", slashes and other characters that are
        # invalid in file names.
        return self.directory / f"{sha256('/'.join(key).encode()).hexdigest()}.{suffix}"


def _load(path: Path) -> Asset:
    return Asset(**json.loads(path.read_text()))


class Store:
    """The assets and the CDN's copies. A lock serializes requests, which run in threads."""

    def __init__(self, directory: Path) -> None:
        self._lock = threading.Lock()
        self._stored = AssetDirectory(directory / "assets")
        self._cdn = AssetDirectory(directory / "cdn")

    def find(self, key: Key) -> Asset | None:
        with self._lock:
            return self._stored.assets.get(key)

    def list(self, resource_type: str, type: str = "", prefix: str = "") -> list[Asset]:
        with self._lock:
            assets = [
                asset
                for asset in self._stored.assets.values()
                if asset.resource_type == resource_type
                and type in {"", asset.type}
                and asset.public_id.startswith(prefix)
            ]
        return sorted(assets, key=lambda asset: asset.key)

    def deliver(self, key: Key) -> tuple[Asset, bytes] | None:
        """The stored asset, or else the CDN's copy."""
        with self._lock:
            for directory in (self._stored, self._cdn):
                if asset := directory.assets.get(key):
                    return asset, directory.read(asset)
        return None

    def add(self, asset: Asset, content: bytes, *, overwrite: bool) -> tuple[Asset, bool]:
        """Return the asset that now has the public id, and whether there was one before."""
        with self._lock:
            previous = self._stored.assets.get(asset.key)
            if previous and not overwrite:
                return previous, True
            if previous:
                asset = replace(asset, asset_id=previous.asset_id)
            self._stored.put(asset, content)
            return asset, previous is not None

    def change(self, key: Key, change: Callable[[Asset], Asset]) -> Asset | None:
        with self._lock:
            asset = self._stored.assets.get(key)
            if asset:
                asset = change(asset)
                self._stored.save(asset)
            return asset

    def destroy(self, key: Key, *, invalidate: bool) -> bool:
        """Like Cloudinary, leave a copy on the CDN unless `invalidate` is set."""
        with self._lock:
            asset = self._stored.assets.get(key)
            if invalidate:
                self._cdn.remove(key)
            elif asset:
                self._cdn.put(asset, self._stored.read(asset))
            self._stored.remove(key)
            return asset is not None

    def invalidate(self, key: Key) -> None:
        with self._lock:
            self._cdn.remove(key)

    def wipe(self) -> None:
        with self._lock:
            self._stored.clear()
            self._cdn.clear()
