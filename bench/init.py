"""INIT of every function, as built, under the real runtime client, against bare ones."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Start:
    """Milliseconds of a cold start, and of a bare one right before or after it."""

    own: float
    bare: float

    @property
    def ratio(self) -> float:
        return self.own / self.bare


def rows(samples: int) -> Iterator[Row]:
    """In turn, so that all see the same machine: a function, and what it is compared with."""
    shutil.rmtree(SCRATCH, ignore_errors=True)
    hello = _hello()
    turns = [(init_milliseconds(hello), _starts()) for _ in range(samples)]
    hello_ms = median(milliseconds for milliseconds, _ in turns)
    rounds = [starts for _, starts in turns]
    for name in HANDLERS:
        yield _row(name, [starts[name] for starts in rounds], hello_ms)
    yield _authorizer(rounds)


def _row(name: str, starts: list[Start], hello_ms: float) -> Row:
    beside = {
        "ms": median(start.own for start in starts),
        "bare ms": median(start.bare for start in starts),
        "hello-world ms": hello_ms,
    }
    return Row(SECTION, name, median(start.ratio for start in starts), "x bare", RATIO, beside)


def _authorizer(rounds: list[dict[str, Start]]) -> Row:
    """Beside the median of the API's functions, round by round."""
    own = [starts[AUTHORIZER].own for starts in rounds]
    of_apis = [
        median(start.own for name, start in starts.items() if "fastapi" in _needs(name))
        for starts in rounds
    ]
    part = median(ours / others for ours, others in zip(own, of_apis, strict=True))
    beside = {"ms": median(own), "API function ms": median(of_apis)}
    return Row(SECTION, "authorizer, of an API function", part, "x", AUTHORIZER_RATIO, beside)


def _starts() -> dict[str, Start]:
    """One cold start of each function: of two with the same needs, the bare one runs between."""
    found: dict[str, Start] = {}
    for needs in dict.fromkeys(map(_needs, HANDLERS)):
        names = [name for name in HANDLERS if _needs(name) == needs]
        for first, *others in (names[at : at + 2] for at in range(0, len(names), 2)):
            own = {first: init_milliseconds(built(first))}
            bare = init_milliseconds(_bare(needs))
            own |= {name: init_milliseconds(built(name)) for name in others}
            found |= {name: Start(milliseconds, bare) for name, milliseconds in own.items()}
    return found


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
