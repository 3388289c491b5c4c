"""A run of schemathesis over the document that an API serves, and its own check of answers."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import schemathesis

from ops.template import ROOT
from tests.support.document import SECRETS
from tests.support.gallery import Person

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "allow_header_conformance",
    "tells_no_secret",
)


@schemathesis.check
def tells_no_secret(
    context: schemathesis.CheckContext,
    response: schemathesis.Response,
    case: schemathesis.Case[Any],
) -> None:
    # The pages' scripts and the document are no answers of ours about anything.
    is_answer = (
        "json" in "".join(response.headers.get("content-type", [])) and "openapi" not in case.path
    )
    assert not is_answer or not SECRETS.search(response.text), response.text[:300]


# Each request for images that is understood makes some.
GENERATING = "generate"
ALL_BUT_GENERATING = (
    *("--phases", "coverage,fuzzing", "--workers", "2"),
    *("--exclude-path-regex", GENERATING),
)


def run(person: Person, folder: Path, *options: str) -> int:
    """Ask for everything as that person; the number of requests. Fails where an answer does."""
    url = str(person.api.base_url).rstrip("/")
    outcome = subprocess.run(
        [
            *(Path(sys.executable).with_name("st"), "run", f"{url}/openapi.json", "--url", url),
            *("--checks", ",".join(CHECKS), "--max-redirects", "0", "--request-timeout", "60"),
            *("--header", f"Authorization: Bearer {person.token}", "--warnings", "off"),
            *("--generation-database", "none", "--no-color", *options),
        ],
        cwd=folder,
        env={**os.environ, "SCHEMATHESIS_HOOKS": "tests.support.fuzz", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout[-5000:] + outcome.stderr[-1000:]
    found = re.search(r"(\d+) generated", outcome.stdout)
    assert found, outcome.stdout[-1000:]
    return int(found[1])
