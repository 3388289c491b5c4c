"""The commands of each page run in their order and print what the page shows."""

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from local.settings import Settings
from ops.reconcile import Differences
from ops.template import ROOT
from tests.support.documentation import PAGES, Command, commands
from tests.support.images import noise, picture

API, DIRECT_UPLOADS = "docs/api.md", "docs/direct-uploads.md"
# For a browser, not for a shell.
BROWSER = {("GET", "/docs"), ("GET", "/redoc"), ("GET", "/docs/{name}")}
RUNNABLE = {page: [c for c in commands(page) if not c.reason] for page in PAGES}
FAILS_WITH_A_BODY = 22  # of curl, for a response of 4xx or 5xx

pytestmark = pytest.mark.timeout(300)  # every function starts cold


@dataclass(frozen=True)
class Run:
    printed: list[tuple[Command, str]]
    trace: str


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the files of the repository, and images to upload."""
    for entry in (*ROOT.glob("[!.]*"), ROOT / ".venv"):
        (tmp_path / entry.name).symlink_to(entry)
    for number in (1, 2):
        (tmp_path / f"image{number}.jpg").write_bytes(picture(size=(64, 48), seed=number))
    # A response of 4xx or 5xx fails its command.
    (tmp_path / ".curlrc").write_text("fail-with-body\nsilent\nshow-error\nmax-time = 60\n")
    return tmp_path


@pytest.fixture
def run(
    api: httpx2.Client,
    settings: Settings,
    folder: Path,
    differences: Callable[[], Differences],
) -> Callable[[str], Run]:
    """Run the commands of a page in one shell, with the local cloud of the tests."""
    addresses = {
        "http://localhost:8000": str(api.base_url).rstrip("/"),
        "http://127.0.0.1:4566": settings.aws_url,
    }

    def run_page(page: str) -> Run:
        assert not differences()  # a page may compare rows with assets
        page_commands = RUNNABLE[page]
        if any(
            re.search(r"\bjq\b", command.text) for command in page_commands
        ) and not shutil.which("jq"):
            pytest.skip("needs jq")
        script = "\n".join(_lines(command, f"out{n}") for n, command in enumerate(page_commands))
        for address, local in addresses.items():
            script = script.replace(address, local)
        trace = _bash(script, folder)
        printed = [
            (command, (folder / f"out{n}").read_text()) for n, command in enumerate(page_commands)
        ]
        return Run(printed, trace)

    return run_page


def _bash(script: str, folder: Path) -> str:
    outcome = subprocess.run(
        ["bash", "-euxo", "pipefail", "-c", script],
        cwd=folder,
        env={**os.environ, "CURL_HOME": str(folder), "SAM_CLI_TELEMETRY": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr[-2000:]
    return outcome.stderr


def _lines(command: Command, output: str) -> str:
    # A page may show an error response: the test compares the output and ignores the status.
    status = f" || [ $? = {FAILS_WITH_A_BODY} ]" if command.output else ""
    return f"{{\n{command.text}\n}} > {output}{status}"


@pytest.mark.parametrize(
    "page", [page for page in PAGES if RUNNABLE[page] and page not in (API, DIRECT_UPLOADS)]
)
def test_the_commands_of_a_page_run(page: str, run: Callable[[str], Run]) -> None:
    _assert_outputs(run(page))


def test_the_direct_upload_stores_a_story_of_50_mb(run: Callable[[str], Run], folder: Path) -> None:
    for number in range(10):
        (folder / f"photo{number}.jpg").write_bytes(noise(5_000_000, number))

    result = run(DIRECT_UPLOADS)

    _assert_outputs(result)
    assert json.loads(result.printed[-1][1])["image_count"] == 10


def test_the_api_page_makes_every_call(api: httpx2.Client, run: Callable[[str], Run]) -> None:
    called = calls(run(API).trace)
    documented = {
        (method.upper(), path)
        for path, item in api.get("/openapi.json").json()["paths"].items()
        for method in item
    }

    missing = {
        (method, path)
        for method, path in documented - BROWSER
        # docs/direct-uploads.md makes one, and test_direct_uploads.py all four.
        if "/uploads" not in path
        if not any(
            m == method and re.fullmatch(_pattern(path), called_path) for m, called_path in called
        )
    }
    assert missing == set()


def calls(trace: str) -> set[tuple[str, str]]:
    """The methods and paths of the curl commands in a trace of bash."""
    traced = re.findall(r"^\++ (curl .*)$", trace, re.MULTILINE)
    return {_call(shlex.split(command)) for command in traced}


def _call(words: list[str]) -> tuple[str, str]:
    url = next(word for word in words if word.startswith("http"))
    sends_body = {"-d", "-F"} & set(words)
    method = words[words.index("-X") + 1] if "-X" in words else "POST" if sends_body else "GET"
    return method, urlsplit(url).path


def _pattern(path: str) -> str:
    return re.sub(r"\{\w+\}", "[^/]+", path)


def _assert_outputs(run: Run) -> None:
    for command, printed in run.printed:
        if command.output:
            assert _shape(printed) == _shape(command.output), command.text


def _shape(text: str) -> object:
    """The keys and types of a JSON text; of a list, those of its first element."""
    return _types(json.loads(text))


def _types(value: object) -> object:
    match value:
        case dict():
            return {key: _types(item) for key, item in value.items()}
        case list():
            return [_types(item) for item in value[:1]]
        case _:
            return type(value).__name__
