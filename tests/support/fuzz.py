"""Runs schemathesis against the document that an API serves, with a check for internal details."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import schemathesis

from ops.template import ROOT
from tests.support.gallery import User
from tests.support.openapi_document import SECRETS

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "allow_header_conformance",
    "contains_no_secrets",
)


@schemathesis.check
def contains_no_secrets(
    context: schemathesis.CheckContext,
    response: schemathesis.Response,
    case: schemathesis.Case[Any],
) -> None:
    # Pages and the document itself may contain such words.
    is_checked = (
        "json" in "".join(response.headers.get("content-type", [])) and "openapi" not in case.path
    )
    assert not is_checked or not SECRETS.search(response.text), response.text[:300]


# Each valid request to this path generates images, which takes long.
GENERATE_PATH = "generate"
WITHOUT_GENERATION = (
    *("--phases", "coverage,fuzzing", "--workers", "2"),
    *("--exclude-path-regex", GENERATE_PATH),
)


def run_schemathesis(user: User, folder: Path, *options: str) -> int:
    """Send requests with the user's token; return their number. A failed check fails the test."""
    url = str(user.api.base_url).rstrip("/")
    outcome = subprocess.run(
        [
            *(Path(sys.executable).with_name("st"), "run", f"{url}/openapi.json", "--url", url),
            *("--checks", ",".join(CHECKS), "--max-redirects", "0", "--request-timeout", "60"),
            *("--header", f"Authorization: Bearer {user.token}", "--warnings", "off"),
            *("--generation-database", "none", "--no-color", *options),
        ],
        cwd=folder,
        env={**os.environ, "SCHEMATHESIS_HOOKS": "tests.support.fuzz", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout[-5000:] + outcome.stderr[-1000:]
    summary = re.search(r"(\d+) generated", outcome.stdout)
    assert summary, outcome.stdout[-1000:]
    return int(summary[1])
