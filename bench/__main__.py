"""`python -m bench`: measure, print a table of verdicts, and fail if a budget is missed."""

import argparse
import os
import platform
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO

from bench import (
    chart,
    cold_starts,
    cost,
    dynamodb_calls,
    generation,
    memory,
    table_growth,
    throughput,
    warm_requests,
)
from bench.in_process import in_process
from bench.rows import Row, table, write
from bench.scenario import Scenario
from local.cloud import local_cloud, ministack
from local.settings import ROOT, Settings
from tests.support.isolated_settings import isolated_settings

RESULTS = ROOT / "bench" / "results"
DATA = ROOT / ".local" / "bench-data"
TABLE_SIZES = (1_000, 10_000)
LONG_TABLE_SIZES = (*TABLE_SIZES, 100_000)


def main() -> int:
    options = _options()
    rows = []
    for row in _rows(options.samples, LONG_TABLE_SIZES if options.long else TABLE_SIZES):
        rows.append(row)
        print(f"\r{row.section}: {row.name}"[:78].ljust(78), end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    print(table(rows))
    write(rows, _machine(), RESULTS / "latest.json")
    chart.draw(rows, RESULTS / "latest.png")
    missed = [f"{row.section}: {row.name}" for row in rows if row.is_missed]
    print("\nEvery budget is met." if not missed else f"\nMissed: {'; '.join(missed)}")
    return 1 if missed else 0


def _rows(samples: int, table_sizes: tuple[int, ...]) -> Iterator[Row]:
    shutil.rmtree(DATA, ignore_errors=True)
    yield from cost.sizes()
    yield from cold_starts.rows(samples)
    settings = _settings("in-process")
    # Functions print their metrics.
    with ministack(settings), in_process(settings) as functions, redirect_stdout(StringIO()):
        invocations = Scenario(functions).play()
        yield from dynamodb_calls.rows(invocations)
        yield from warm_requests.rows(functions.recorder, invocations, samples * 10)
        yield from cost.costs(functions, settings.aws_url, invocations)
        yield from memory.rows()
        yield from table_growth.rows(functions, table_sizes, samples)
    settings = _settings("cloud")
    with local_cloud(settings) as url:
        yield from throughput.rows(url)
        yield from generation.rows(settings, url, samples)


def _settings(name: str) -> Settings:
    return isolated_settings(DATA / name, parameters={"ContractMode": "documented"})


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--samples", type=int, default=10, help="samples of each time (default 10)")
    parser.add_argument("--long", action="store_true", help="also measure 100,000 stories")
    return parser.parse_args()


def _machine() -> dict[str, object]:
    return {
        "date": time.strftime("%Y-%m-%d"),
        "python": platform.python_version(),
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "load at the end": round(os.getloadavg()[0], 1),
    }


if __name__ == "__main__":
    sys.exit(main())
