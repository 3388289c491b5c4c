"""Cold starts of every built function under the real runtime client, compared with baselines.

A baseline is a function that imports the required libraries and does nothing else.
"""

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
from bench.rows import Row
from bench.runtime_emulator import SCRATCH, FunctionSpec, init_milliseconds
from local.settings import ROOT

SECTION = "Cold start"
RATIO = 1.25
AUTHORIZER = "AuthorizerFunction"
AUTHORIZER_RATIO = 1 / 3

_LOGGER = "aws_lambda_powertools.logging"
_WEB = ("fastapi", "mangum", _LOGGER)
_BATCH = ("aws_lambda_powertools.utilities.batch", _LOGGER)

# The modules that a function without HTTP or without tables requires. All others have both.
_TABLES = (*_WEB, "pynamodb.models")
_REQUIRED: dict[str, tuple[str, ...]] = {
    AUTHORIZER: ("jwt", _LOGGER),
    "HomeFunction": _WEB,
    "AssetCleanupFunction": (*_BATCH, "cloudinary.uploader", "botocore.session"),
    "AssetOutboxFunction": (*_BATCH, "pynamodb.models"),
    "GenerationWorkerFunction": (*_BATCH, "pynamodb.models", "cloudinary.uploader"),
}
_BACKGROUND = (_LOGGER, "pynamodb.models")


@dataclass(frozen=True)
class ColdStart:
    """Milliseconds of a function's cold start, and of its baseline's right before or after it."""

    milliseconds: float
    baseline: float

    @property
    def ratio(self) -> float:
        return self.milliseconds / self.baseline


def rows(samples: int) -> Iterator[Row]:
    """Functions and their references start in turn, so that the machine's load affects both."""
    shutil.rmtree(SCRATCH, ignore_errors=True)
    hello = _hello_world()
    turns = [(init_milliseconds(hello), _cold_starts()) for _ in range(samples)]
    hello_ms = median(milliseconds for milliseconds, _ in turns)
    rounds = [starts for _, starts in turns]
    for name in HANDLERS:
        yield _row(name, [starts[name] for starts in rounds], hello_ms)
    yield _authorizer(rounds)


def _row(name: str, starts: list[ColdStart], hello_ms: float) -> Row:
    figures = {
        "ms": median(start.milliseconds for start in starts),
        "baseline ms": median(start.baseline for start in starts),
        "hello-world ms": hello_ms,
    }
    ratio = median(start.ratio for start in starts)
    return Row(SECTION, name, ratio, "x baseline", RATIO, figures)


def _authorizer(rounds: list[dict[str, ColdStart]]) -> Row:
    """The authorizer's cold start, divided by the median of the API's functions in each round."""
    authorizer = [starts[AUTHORIZER].milliseconds for starts in rounds]
    apis = [
        median(start.milliseconds for name, start in starts.items() if "fastapi" in _required(name))
        for starts in rounds
    ]
    ratio = median(ours / others for ours, others in zip(authorizer, apis, strict=True))
    figures = {"ms": median(authorizer), "API function ms": median(apis)}
    return Row(SECTION, "authorizer", ratio, "x API function", AUTHORIZER_RATIO, figures)


def _cold_starts() -> dict[str, ColdStart]:
    """One cold start of each function. A baseline runs between two functions that require the
    same modules."""
    starts: dict[str, ColdStart] = {}
    for modules in dict.fromkeys(map(_required, HANDLERS)):
        names = [name for name in HANDLERS if _required(name) == modules]
        for first, *second in (names[at : at + 2] for at in range(0, len(names), 2)):
            times = {first: init_milliseconds(built(first))}
            baseline = init_milliseconds(_baseline(modules))
            times |= {name: init_milliseconds(built(name)) for name in second}
            starts |= {name: ColdStart(time, baseline) for name, time in times.items()}
    return starts


def _required(name: str) -> tuple[str, ...]:
    if name in _REQUIRED:
        return _REQUIRED[name]
    return _TABLES if "WebLayer" in artifacts.layers(name) else _BACKGROUND


def built(name: str) -> FunctionSpec:
    path = artifacts.layer_path(artifacts.layers(name))
    return FunctionSpec(HANDLERS[name], artifacts.code(name), path, artifacts.environment(name, {}))


def _baseline(modules: tuple[str, ...]) -> FunctionSpec:
    """A function that imports the modules from the same compiled layers and does nothing."""
    folder = SCRATCH / "baseline"
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"\W", "_", "_".join(("baseline", *modules)))
    imports = "".join(f"import {module}\n" for module in modules)
    handler = "def handler(event, context):\n    return {}\n"
    (folder / f"{name}.py").write_text(imports + handler)
    layers = ["DarkroomLayer", "WebLayer", "JwtLayer", "MediaLayer"]
    environment = {"AWS_REGION": "us-east-1"}
    return FunctionSpec(f"{name}.handler", folder, artifacts.layer_path(layers), environment)


def _hello_world() -> FunctionSpec:
    """FastAPI and Mangum, built by a plain `sam build`, which does not compile bytecode."""
    build = SCRATCH / "hello"
    runtime = f"python{sys.version_info.major}.{sys.version_info.minor}"
    command = [
        *(str(Path(sys.executable).with_name("sam")), "build", "--build-dir", str(build)),
        *("--parameter-overrides", f"Runtime={runtime}"),
    ]
    subprocess.run(
        command, cwd=ROOT / "bench" / "hello", check=True, capture_output=True, timeout=300
    )
    folder = Path(build) / "HelloFunction"
    return FunctionSpec("app.handler", folder, str(folder), {"AWS_REGION": "us-east-1"})
