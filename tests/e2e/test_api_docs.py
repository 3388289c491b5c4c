"""The lines of docs/api.md run, and make every call that is documented."""

import os
import re
import shlex
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.support.images import picture
from tests.support.template import ROOT

Call = tuple[str, str]

PAGE = (ROOT / "docs" / "api.md").read_text()
SCRIPT = "\n".join(re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
# For a browser, not for a shell.
PAGES = {("GET", "/docs"), ("GET", "/redoc"), ("GET", "/docs/{name}")}


@pytest.fixture
def trace(api: httpx2.Client, tmp_path: Path) -> str:
    """What bash says that it does, having done all of it without an error."""
    for number in (1, 2):
        (tmp_path / f"image{number}.jpg").write_bytes(picture(size=(64, 48), seed=number))
    # An error of HTTP is one of the line, too.
    (tmp_path / ".curlrc").write_text("fail-with-body\nsilent\nshow-error\nmax-time = 60\n")
    script = SCRIPT.replace("http://localhost:8000", str(api.base_url).rstrip("/"))
    outcome = subprocess.run(
        ["bash", "-euxo", "pipefail", "-c", script],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "CURL_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout[-1000:] + outcome.stderr[-1000:]
    return outcome.stderr


def calls(trace: str) -> set[Call]:
    commands = re.findall(r"^\++ (curl .*)$", trace, re.MULTILINE)
    return {_call(shlex.split(command)) for command in commands}


def _call(words: list[str]) -> Call:
    url = next(word for word in words if word.startswith("http"))
    sends_body = {"-d", "-F"} & set(words)
    method = words[words.index("-X") + 1] if "-X" in words else "POST" if sends_body else "GET"
    return method, urlsplit(url).path


@pytest.mark.timeout(300)  # every function starts cold
def test_the_lines_run_and_leave_no_call_out(api: httpx2.Client, trace: str) -> None:
    made = calls(trace)
    documented = {
        (method.upper(), path)
        for path, item in api.get("/openapi.json").json()["paths"].items()
        for method in item
    }

    left_out = {
        (method, path)
        for method, path in documented - PAGES
        # The README goes through a direct upload, and its own tests through all four.
        if "/uploads" not in path
        if not any(m == method and re.fullmatch(_pattern(path), made_path) for m, made_path in made)
    }
    assert left_out == set()


def _pattern(path: str) -> str:
    return re.sub(r"\{\w+\}", "[^/]+", path)
