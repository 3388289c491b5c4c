"""`python -m tests.mutants [POINT ...]`: check that the contract tests detect every mutant."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ops.template import ROOT

SUITE = ROOT / "tests" / "contract"
CONCURRENCY = 2
PASSED, FAILED = 0, 1  # exit statuses of pytest


@dataclass(frozen=True)
class Mutant:
    """A violation of one point: `new` replaces the only occurrence of `old` in the file."""

    point: str
    file: str
    old: str
    new: str

    def applies(self) -> bool:
        """Whether the file contains `old` exactly once."""
        return (ROOT / self.file).read_text("utf-8").count(self.old) == 1


def mutants() -> list[Mutant]:
    content = Path(__file__).with_name("mutants.toml").read_text("utf-8")
    return [Mutant(**fields) for fields in tomllib.loads(content)["mutant"]]


def main(points: list[str]) -> int:
    selected = [mutant for mutant in mutants() if not points or mutant.point in points]
    start = time.monotonic()
    print(f"Testing {len(selected)} points without mutants ...", flush=True)
    points = [mutant.point for mutant in selected]
    unchanged = _run(ROOT, points, "--quiet", "--numprocesses=2", "--dist=loadfile")
    if unchanged.returncode != PASSED:
        print(unchanged.stdout, "make mutate: the tests fail without any mutant", sep="\n")
        return 1
    with ThreadPoolExecutor(CONCURRENCY) as pool:
        outcomes = list(pool.map(_outcome, selected))
    caught = outcomes.count("caught")
    print(f"{caught} of {len(selected)} mutants caught in {time.monotonic() - start:.0f} seconds")
    return int(caught < len(selected))


def _outcome(mutant: Mutant) -> str:
    outcome = _test(mutant) if mutant.applies() else "does not apply"
    print(f"{mutant.point:5} {outcome:14} {mutant.file}: {mutant.new}", flush=True)
    return outcome


def _test(mutant: Mutant) -> str:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in ("functions", "layers/darkroom"):
            shutil.copytree(ROOT / name, copy / name)
        file = copy / mutant.file
        file.write_text(file.read_text("utf-8").replace(mutant.old, mutant.new), "utf-8")
        status = _run(copy, [mutant.point], "--exitfirst", "--quiet").returncode
    return {PASSED: "survived", FAILED: "caught"}.get(status, f"pytest: {status}")


def _run(sources: Path, points: list[str], *options: str) -> subprocess.CompletedProcess[str]:
    """Run the points' tests with the functions in `sources`."""
    files = [str(file) for file in SUITE.glob("test_*.py") if _mentions_any(file, points)]
    command = [sys.executable, "-m", "pytest", *options, *files]
    command += [f"--point={point}" for point in points]
    environment = {**os.environ, "SOURCES": str(sources)}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def _mentions_any(file: Path, points: list[str]) -> bool:
    content = file.read_text("utf-8")
    return any(f'"{point}"' in content for point in points)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
