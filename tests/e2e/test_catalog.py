"""The catalog when many begin to use it at once."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from ops.stack import Stack
from ops.template import ROOT
from tests.support.tables import empty

# Each thread knows nothing, like a function that starts.
BEGIN_AT_ONCE = """
from concurrent.futures import ThreadPoolExecutor
from darkroom.models.catalog import Setting

def create(number):
    item = Setting.create({"name": "mood", "value": str(number), "description": ""})
    return int(item.id)

with ThreadPoolExecutor(16) as pool:
    print(list(pool.map(create, range(16))))
"""


def test_of_many_that_begin_at_once_one_writes_the_starter_set(
    aws: Callable[[str], Any], stack: Stack
) -> None:
    """Written twice it would take ids back, and items with them."""
    table = stack.physical("CatalogTable")
    empty(aws("dynamodb"), table)

    outcome = subprocess.run(
        [sys.executable, "-W", "error", "-c", BEGIN_AT_ONCE],
        env={**os.environ, "CATALOG_TABLE": table, "PYTHONPATH": f"{ROOT}/layers/darkroom"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert outcome.returncode == 0, outcome.stderr
    assert sorted(json.loads(outcome.stdout)) == list(range(9, 25))
