"""Real HTTP clients upload files to all four upload contracts."""

import io
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from PIL import Image

from tests.support.forms import UPLOADS, Upload
from tests.support.gallery import User
from tests.support.images import picture

CLIENTS = Path(__file__).with_name("clients")
SECONDS = 90


def program(name: str) -> str:
    """The path of a program. Skips the test if it is not installed."""
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed")
    return path


def curl(folder: Path) -> list[str]:
    program("curl")
    return ["sh", str(CLIENTS / "curl.sh")]


def python(script: str) -> Callable[[Path], list[str]]:
    return lambda folder: [sys.executable, str(CLIENTS / script)]


def node_fetch(folder: Path) -> list[str]:
    return [program("node"), str(CLIENTS / "fetch.mjs")]


def axios(folder: Path) -> list[str]:
    node = program("node")
    if run([node, "-e", "require('axios')"]).returncode:
        pytest.skip("axios is not installed: set NODE_PATH to the folder that contains it")
    return [node, str(CLIENTS / "axios.cjs")]


def go(folder: Path) -> list[str]:
    executable = folder / "upload"
    built = run([program("go"), "build", "-o", str(executable), str(CLIENTS / "upload.go")])
    assert built.returncode == 0, built.stderr
    return [str(executable)]


def php(folder: Path) -> list[str]:
    interpreter = program("php")
    if "curl" not in run([interpreter, "-m"]).stdout.split():
        pytest.skip("the cURL extension of PHP is not installed")
    return [interpreter, str(CLIENTS / "upload.php")]


COMMANDS: dict[str, Callable[[Path], list[str]]] = {
    "curl": curl,
    "requests": python("requests_client.py"),
    "httpx": python("httpx_client.py"),
    "Node fetch": node_fetch,
    "axios": axios,
    "Go mime/multipart": go,
    "PHP cURL": php,
}


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    environment = {"GOCACHE": f"{Path.home()}/.cache/go-build", "GO111MODULE": "off", **os.environ}
    return subprocess.run(
        command, capture_output=True, text=True, timeout=SECONDS, check=False, env=environment
    )


@pytest.fixture(scope="session", params=COMMANDS)
def command(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return COMMANDS[request.param](tmp_path_factory.mktemp("client"))


def large_picture() -> bytes:
    """A PNG of more than a megabyte, which some clients send after `100 Continue`."""
    side, buffer = 640, io.BytesIO()
    content = random.Random(0).randbytes(side * side * 3)
    Image.frombytes("RGB", (side, side), content).save(buffer, "PNG")
    return buffer.getvalue()


def stored(api: httpx2.Client, body: dict[str, Any]) -> list[bytes]:
    """The images that the URLs or paths of an upload's response open."""
    urls = body.get("image_urls") or [body.get("image_url") or body.get("imageUri")]
    if "image_paths" in body:
        urls = [api.get(path).headers["Location"] for path in body["image_paths"]]
    return [httpx2.get(url).content for url in urls]


@pytest.mark.parametrize("contract", UPLOADS)
def test_a_client_uploads_its_files(
    command: list[str], contract: str, john: User, tmp_path: Path
) -> None:
    upload: Upload = UPLOADS[contract](john)
    contents = [large_picture(), picture("PNG")][: 2 if upload.field == "files" else 1]
    files = [tmp_path / f"Mañana {number}.png" for number in range(len(contents))]
    for file, content in zip(files, contents, strict=True):
        file.write_bytes(content)

    url = f"{str(john.api.base_url).rstrip('/')}{upload.path}"
    finished = run([*command, url, john.token, upload.field, *map(str, files)])

    assert finished.returncode == 0, finished.stderr
    text, status = finished.stdout.splitlines()
    assert status == str(upload.success), text
    body = json.loads(text)
    assert stored(john.api, body) == contents
    assert body.get("caption", "Mañana") == "Mañana"
