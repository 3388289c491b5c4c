"""The output of the programs that `make openapi` runs."""

import os
import subprocess
import sys

from ops.template import ROOT


def output_of(module: str) -> str:
    """What `python -m module` prints, with the functions on its path."""
    process = subprocess.run(
        [sys.executable, "-W", "error", "-m", module],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join([f"{ROOT}/functions", f"{ROOT}/layers/darkroom"]),
        },
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    return process.stdout
