"""Assets on disk: the living ones, and the copies the CDN still holds of deleted ones."""

import json
import threading
from collections.abc import Callable
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path

from local.cloudinary.assets import Asset, Key


class Shelf:
    """One directory of assets. The JSON is written last, at one stroke, and names its bytes."""

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
        # A digest, because a public id may hold "..", slashes and what no file name can.
        return self.directory / f"{sha256('/'.join(key).encode()).hexdigest()}.{suffix}"


def _load(path: Path) -> Asset:
    return Asset(**json.loads(path.read_text()))


class Store:
    """Both shelves behind one lock, for requests run in threads."""

    def __init__(self, directory: Path) -> None:
        self._lock = threading.Lock()
        self._living = Shelf(directory / "assets")
        self._cached = Shelf(directory / "cdn")

    def find(self, key: Key) -> Asset | None:
        with self._lock:
            return self._living.assets.get(key)

    def list(self, resource_type: str, type: str = "", prefix: str = "") -> list[Asset]:
        with self._lock:
            assets = [
                asset
                for asset in self._living.assets.values()
                if asset.resource_type == resource_type
                and type in {"", asset.type}
                and asset.public_id.startswith(prefix)
            ]
        return sorted(assets, key=lambda asset: asset.key)

    def deliver(self, key: Key) -> tuple[Asset, bytes] | None:
        """The living asset, else the copy left on the CDN."""
        with self._lock:
            for shelf in (self._living, self._cached):
                if asset := shelf.assets.get(key):
                    return asset, shelf.read(asset)
        return None

    def add(self, asset: Asset, content: bytes, *, overwrite: bool) -> tuple[Asset, bool]:
        """The asset that now bears the public id, and whether one did before."""
        with self._lock:
            previous = self._living.assets.get(asset.key)
            if previous and not overwrite:
                return previous, True
            if previous:
                asset = replace(asset, asset_id=previous.asset_id)
            self._living.put(asset, content)
            return asset, previous is not None

    def change(self, key: Key, change: Callable[[Asset], Asset]) -> Asset | None:
        with self._lock:
            asset = self._living.assets.get(key)
            if asset:
                asset = change(asset)
                self._living.save(asset)
            return asset

    def destroy(self, key: Key, *, invalidate: bool) -> bool:
        """Without invalidation the CDN goes on serving its copy, as the real one does."""
        with self._lock:
            asset = self._living.assets.get(key)
            if invalidate:
                self._cached.remove(key)
            elif asset:
                self._cached.put(asset, self._living.read(asset))
            self._living.remove(key)
            return asset is not None

    def invalidate(self, key: Key) -> None:
        with self._lock:
            self._cached.remove(key)

    def wipe(self) -> None:
        with self._lock:
            self._living.clear()
            self._cached.clear()
