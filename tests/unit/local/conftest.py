"""Emulators on free ports, and Cloudinary's SDK configured for its emulator."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from typing import Any

import cloudinary.api
import cloudinary.uploader
import cloudinary.utils
import httpx2
import pytest
from PIL import Image

from local.cloudinary.app import create_app
from local.cloudinary.settings import Settings
from local.comfyui.app import create_app as create_host
from local.comfyui.settings import Settings as HostSettings
from local.serving import serving
from tests.support.comfyui import CHECKPOINT, HostClient

CREDENTIALS = {"cloud_name": "demo", "api_key": "key", "api_secret": "abcd"}


class Cloud:
    """An account on a running emulator. Each call passes its options to the SDK."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.options = CREDENTIALS | {"upload_prefix": url}
        self.http = httpx2.Client(base_url=url, timeout=10)

    def upload(self, content: object, **options: object) -> dict[str, Any]:
        response: dict[str, Any] = cloudinary.uploader.upload(content, **self.options | options)
        return response

    def destroy(self, public_id: str, **options: object) -> str:
        response = cloudinary.uploader.destroy(public_id, **self.options | options)
        return str(response["result"])

    def admin(self, method: str, *arguments: object, **options: object) -> Any:
        return getattr(cloudinary.api, method)(*arguments, **self.options | options)

    def signed_url(self, public_id: str, **options: object) -> str:
        """A URL that the SDK builds and signs, on the emulator's host."""
        host = self.url.removeprefix("http://")
        url, _ = cloudinary.utils.cloudinary_url(
            public_id,
            **self.options | {"secure": False, "cname": host, "sign_url": True} | options,
        )
        return str(url)

    def get(self, path: str, **headers: str) -> httpx2.Response:
        return self.http.get(
            path, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )

    def inject_fault(self, **fault: object) -> None:
        self.http.post("/_faults", json=fault).raise_for_status()

    def requests(self) -> list[dict[str, Any]]:
        return list(self.http.get("/_requests").json()["requests"])

    def reset(self) -> None:
        for path in ("/_assets", "/_faults", "/_requests"):
            self.http.delete(path).raise_for_status()


StartCloud = Callable[..., Cloud]


def picture(format: str = "PNG", size: tuple[int, int] = (40, 30), left: str = "red") -> bytes:
    """The left half has the given colour, the right half is blue."""
    image = Image.new("RGB", size, left)
    image.paste("blue", (size[0] // 2, 0, *size))
    buffer = BytesIO()
    image.save(buffer, format)
    return buffer.getvalue()


def open_image(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    image.load()
    return image


@pytest.fixture
def start_cloud(tmp_path: Path) -> Iterator[StartCloud]:
    """Start an emulator with the given settings."""
    with ExitStack() as stack:

        def start(**settings: Any) -> Cloud:
            account = {"cloud": "demo", "api_key": "key", "api_secret": "abcd"}
            app = create_app(Settings(**{"data": tmp_path} | account | settings))
            url = stack.enter_context(serving(app))
            cloud = Cloud(url)
            stack.callback(cloud.http.close)
            return cloud

        yield start


@pytest.fixture(scope="session")
def shared_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    settings = Settings(
        data=tmp_path_factory.mktemp("cloudinary"),
        cloud="demo",
        api_key="key",
        api_secret="abcd",
        admin_quota=100_000,
    )
    with serving(create_app(settings)) as url:
        cloud = Cloud(url)
        yield cloud
        cloud.http.close()


@pytest.fixture
def cloud(shared_cloud: Cloud) -> Cloud:
    """An emulator without assets, faults and recorded requests."""
    shared_cloud.reset()
    return shared_cloud


StartHost = Callable[..., HostClient]


@pytest.fixture
def start_host(tmp_path: Path) -> Iterator[StartHost]:
    """Start a ComfyUI host with the given settings and its data in `tmp_path`."""
    with ExitStack() as stack:

        def start(**settings: Any) -> HostClient:
            defaults: dict[str, Any] = {
                "data": tmp_path,
                "seconds": 0,
                "checkpoints": (CHECKPOINT,),
            }
            url = stack.enter_context(serving(create_host(HostSettings(**defaults | settings))))
            host = HostClient(url)
            stack.callback(host.http.close)
            return host

        yield start


@pytest.fixture
def host(start_host: StartHost) -> HostClient:
    """An idle host whose runs take no time."""
    return start_host()
