"""`python -m bench`: measures, prints a table of verdicts, and fails where a budget is missed."""

import argparse
import os
import platform
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO

from bench import calls, chart, cost, generation, growth, init, memory, throughput, warm
from bench.inside import inside
from bench.rows import Row, table, write
from bench.scenario import Scenario
from local.cloud import local_cloud, ministack
from local.settings import ROOT, Settings
from tests.support.beside import settings_beside

RESULTS = ROOT / "bench" / "results"
DATA = ROOT / ".local" / "bench-data"
SIZES = (1_000, 10_000)
LONG_SIZES = (*SIZES, 100_000)


def main() -> int:
    options = _options()
    rows = []
    for row in _rows(options.samples, LONG_SIZES if options.long else SIZES):
        rows.append(row)
        print(f"\r{row.section}: {row.name}"[:78].ljust(78), end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    print(table(rows))
    write(rows, _machine(), RESULTS / "latest.json")
    chart.draw(rows, RESULTS / "latest.png")
    missed = [f"{row.section}: {row.name}" for row in rows if row.is_missed]
    print("\nEvery budget is met." if not missed else f"\nMissed: {'; '.join(missed)}")
    return 1 if missed else 0


def _rows(samples: int, sizes: tuple[int, ...]) -> Iterator[Row]:
    shutil.rmtree(DATA, ignore_errors=True)
    yield from cost.sizes()
    yield from init.rows(samples)
    settings = _settings("inside")
    # Functions print their metrics.
    with ministack(settings), inside(settings) as functions, redirect_stdout(StringIO()):
        found = Scenario(functions).play()
        yield from calls.rows(found)
        yield from warm.rows(functions.wire, found, samples * 10)
        yield from cost.costs(functions, settings.aws_url, found)
        yield from memory.rows()
        yield from growth.rows(functions, sizes, samples)
    settings = _settings("cloud")
    with local_cloud(settings) as url:
        yield from throughput.rows(url)
        yield from generation.rows(settings, url, samples)


def _settings(name: str) -> Settings:
    return settings_beside(DATA / name, parameters={"ContractMode": "documented"})


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--samples", type=int, default=10, help="of whatever is timed")
    parser.add_argument("--long", action="store_true", help="up to 100,000 stories")
    return parser.parse_args()


def _machine() -> dict[str, object]:
    return {
        "date": time.strftime("%Y-%m-%d"),
        "python": platform.python_version(),
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "load when it ended": round(os.getloadavg()[0], 1),
    }


if __name__ == "__main__":
    sys.exit(main())
