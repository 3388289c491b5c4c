"""INIT of every function, as built, under the real runtime client, against bare ones."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench import artifacts
from bench.artifacts import HANDLERS
from bench.rie import SCRATCH, Subject, init_milliseconds
from bench.rows import Row
from local.settings import ROOT

SECTION = "INIT"
RATIO = 1.25
AUTHORIZER = "AuthorizerFunction"
AUTHORIZER_RATIO = 1 / 3
HELLO = "hello"

_LOGGER = "aws_lambda_powertools.logging"
_WEB = ("fastapi", "mangum", _LOGGER)
_BATCH = ("aws_lambda_powertools.utilities.batch", _LOGGER)

# What a contract needs that has no table, or no HTTP. All others are HTTP with tables.
_TABLES = (*_WEB, "pynamodb.models")
_NEEDS: dict[str, tuple[str, ...]] = {
    AUTHORIZER: ("jwt", _LOGGER),
    "HomeFunction": _WEB,
    "AssetCleanupFunction": (*_BATCH, "cloudinary.uploader", "botocore.session"),
    "AssetOutboxFunction": (*_BATCH, "pynamodb.models"),
    "GenerationWorkerFunction": (*_BATCH, "pynamodb.models", "cloudinary.uploader"),
}
_BACKGROUND = (_LOGGER, "pynamodb.models")


def rows(samples: int) -> Iterator[Row]:
    """In turn, so that all see the same machine: a function, and what it is compared with."""
    shutil.rmtree(SCRATCH, ignore_errors=True)
    bare = {" ".join(needs): _bare(needs) for needs in map(_needs, HANDLERS)}
    subjects = {**{name: built(name) for name in HANDLERS}, **bare, HELLO: _hello()}
    found: dict[str, list[float]] = {name: [] for name in subjects}
    for _ in range(samples):
        for name, subject in subjects.items():
            found[name].append(init_milliseconds(subject))
    milliseconds = {name: median(times) for name, times in found.items()}
    for name in HANDLERS:
        ours, reference = milliseconds[name], milliseconds[" ".join(_needs(name))]
        beside = {"ms": ours, "bare ms": reference, "hello-world ms": milliseconds[HELLO]}
        yield Row(SECTION, name, ours / reference, "x bare", RATIO, beside)
    of_apis = median(milliseconds[name] for name in HANDLERS if "fastapi" in _needs(name))
    part = milliseconds[AUTHORIZER] / of_apis
    beside = {"ms": milliseconds[AUTHORIZER], "API function ms": of_apis}
    yield Row(SECTION, "authorizer, of an API function", part, "x", AUTHORIZER_RATIO, beside)


def _needs(name: str) -> tuple[str, ...]:
    if name in _NEEDS:
        return _NEEDS[name]
    return _TABLES if "WebLayer" in artifacts.layers(name) else _BACKGROUND


def built(name: str) -> Subject:
    path = artifacts.layer_path(artifacts.layers(name))
    return Subject(HANDLERS[name], artifacts.code(name), path, artifacts.environment(name, {}))


def _bare(needs: tuple[str, ...]) -> Subject:
    """A function that imports so much and does nothing, from the same compiled layers."""
    folder = SCRATCH / "bare"
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"\W", "_", "_".join(("bare", *needs)))
    imports = "".join(f"import {module}\n" for module in needs)
    handler = "def handler(event, context):\n    return {}\n"
    (folder / f"{name}.py").write_text(imports + handler)
    layers = ["DarkroomLayer", "WebLayer", "JwtLayer", "MediaLayer"]
    environment = {"AWS_REGION": "us-east-1"}
    return Subject(f"{name}.handler", folder, artifacts.layer_path(layers), environment)


def _hello() -> Subject:
    """FastAPI and Mangum, built as `sam build` builds what nobody thought about."""
    built = SCRATCH / "hello"
    runtime = f"python{sys.version_info.major}.{sys.version_info.minor}"
    command = [
        *(str(Path(sys.executable).with_name("sam")), "build", "--build-dir", str(built)),
        *("--parameter-overrides", f"Runtime={runtime}"),
    ]
    subprocess.run(
        command, cwd=ROOT / "bench" / "hello", check=True, capture_output=True, timeout=300
    )
    folder = Path(built) / "HelloFunction"
    return Subject("app.handler", folder, str(folder), {"AWS_REGION": "us-east-1"})
