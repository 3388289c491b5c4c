"""`python -m security.scan`: report the scanners' findings that are not in suppressions.toml."""

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from ops.template import ROOT, TEMPLATE
from security.transformed import transformed

TOOLS = ROOT / ".venv-security" / "bin"
TRANSFORMED = ROOT / ".local" / "transformed.json"
SUPPRESSIONS = Path(__file__).with_name("suppressions.toml")


@dataclass(frozen=True)
class Finding:
    rule: str
    resource: str
    message: str


@dataclass(frozen=True)
class Suppression:
    rule: str
    resource: str  # a pattern

    def covers(self, finding: Finding) -> bool:
        return finding.rule == self.rule and fnmatch(finding.resource, self.resource)


def suppressions() -> list[Suppression]:
    return [
        Suppression(rule, resource)
        for entry in tomllib.loads(SUPPRESSIONS.read_text())["finding"]
        for rule in entry["rules"]
        for resource in entry["resources"]
    ]


def checkov() -> Iterator[Finding]:
    """Findings in the template after SAM's transform, with the canary enabled."""
    TRANSFORMED.parent.mkdir(exist_ok=True)
    TRANSFORMED.write_text(json.dumps(transformed(CanaryEnabled="true")))
    options = ("--framework", "cloudformation", "--quiet", "--compact", "--skip-download")
    report = _run("checkov", "--file", TRANSFORMED, *options, "--output", "json")
    if report["summary"]["parsing_errors"]:
        raise RuntimeError(f"checkov cannot read {TRANSFORMED}")
    for check in report["results"]["failed_checks"]:
        name = check["resource"].rpartition(".")[2]
        yield Finding(check["check_id"], name, check["check_name"])


def serverless_rules() -> Iterator[Finding]:
    """Findings of cfn-lint with the rules for serverless stacks."""
    options = ("--append-rules", "cfn_lint_serverless.rules", "--format", "json")
    for match in _run("cfn-lint", *options, "--template", TEMPLATE):
        path = match["Location"]["Path"]
        name = str(path[1]) if len(path) > 1 else ""
        yield Finding(match["Rule"]["Id"], name, match["Message"])


def _run(tool: str, *arguments: str | Path) -> Any:
    outcome = subprocess.run(
        [TOOLS / tool, *arguments], capture_output=True, text=True, check=False, cwd=ROOT
    )
    try:
        return json.loads(outcome.stdout)
    except ValueError:
        raise RuntimeError(f"{tool} failed: {outcome.stdout}{outcome.stderr}") from None


def main() -> int:
    with ThreadPoolExecutor() as pool:
        tasks = [pool.submit(list, tool()) for tool in (checkov, serverless_rules)]
        findings = [finding for task in tasks for finding in task.result()]
    accepted = suppressions()
    new = [finding for finding in findings if not any(one.covers(finding) for one in accepted)]
    stale = [one for one in accepted if not any(one.covers(finding) for finding in findings)]
    for finding in new:
        print(f"{finding.rule} {finding.resource}: {finding.message}")
    for suppression in stale:
        print(f"{suppression.rule} {suppression.resource}: suppressed, but no longer found")
    return bool(new or stale)


if __name__ == "__main__":
    sys.exit(main())
