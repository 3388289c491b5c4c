"""The first writes of many processes to an empty catalog."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from ops.stack import Stack
from ops.template import ROOT
from tests.support.tables import delete_rows

# Each thread starts without cached state, like a new function process.
CREATE_IN_PARALLEL = """
from concurrent.futures import ThreadPoolExecutor
from darkroom.models.catalog import Setting

def create(number):
    item = Setting.create({"name": "mood", "value": str(number), "description": ""})
    return int(item.id)

with ThreadPoolExecutor(16) as pool:
    print(list(pool.map(create, range(16))))
"""


def test_parallel_first_writes_create_the_starter_set_once(
    aws: Callable[[str], Any], stack: Stack
) -> None:
    """A second write would reset the id counters and overwrite items."""
    table = stack.physical("CatalogTable")
    delete_rows(aws("dynamodb"), table)

    outcome = subprocess.run(
        [sys.executable, "-W", "error", "-c", CREATE_IN_PARALLEL],
        env={**os.environ, "CATALOG_TABLE": table, "PYTHONPATH": f"{ROOT}/layers/darkroom"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert outcome.returncode == 0, outcome.stderr
    assert sorted(json.loads(outcome.stdout)) == list(range(9, 25))
