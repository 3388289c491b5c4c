"""A local cloud that uses an external ComfyUI host, as `COMFYUI_URL=… make up` does."""

from pathlib import Path

import httpx2
import pytest

from local.cloud import local_cloud
from local.settings import HOST, Settings, from_environment
from tests.support.isolated_settings import free_port

PORTS = ("PORT", "AWS_PORT", "CLOUDINARY_PORT", "COMFYUI_PORT")


@pytest.mark.timeout(300)
def test_a_local_cloud_generates_on_the_host_of_comfyui_url(
    settings: Settings, comfyui: httpx2.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in PORTS:
        monkeypatch.setenv(name, str(free_port()))
    monkeypatch.setenv("DATA", str(tmp_path))
    # `ops.reconcile` leaves the account of the tests' cloud in the environment.
    monkeypatch.delenv("CLOUDINARY_URL", raising=False)
    # The stand-in of the tests' cloud is an external host for the second cloud.
    monkeypatch.setenv("COMFYUI_URL", f"{settings.comfyui}/")
    second = from_environment()

    with local_cloud(second) as url:
        response = httpx2.post(
            f"{url}/api/images/generate", json={"prompt": "a pier", "steps": 2}, timeout=60
        )

    assert response.status_code == 200, response.text
    assert response.json()["image_url"].startswith(f"http://{HOST}:{second.cloudinary_port}/")
    requests = comfyui.get("/_requests").json()["requests"]
    assert any("a pier" in str(request["body"]) for request in requests)
