"""CI runs existing make targets, with actions that are pinned to a commit."""

import re
from typing import Any

import pytest
import yaml

from ops.template import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yaml"))
MAKEFILE = (ROOT / "Makefile").read_text()


def jobs(name: str) -> dict[str, Any]:
    parsed: dict[str, Any] = yaml.safe_load(
        (ROOT / ".github" / "workflows" / f"{name}.yaml").read_text()
    )["jobs"]
    return parsed


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_every_action_is_pinned_to_a_commit(workflow: Any) -> None:
    used = re.findall(r"uses: ([\w./-]+)(@\S+)?( # v\d+\.\d+\.\d+)?", workflow.read_text())

    for name, pin, version in used:
        assert name.startswith("./") or (re.fullmatch(r"@[0-9a-f]{40}", pin) and version), name


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_every_step_is_a_make_target(workflow: Any) -> None:
    called = set(re.findall(r"make (?:--silent )?(\w+)", workflow.read_text()))

    assert called - {"contract"} <= set(re.findall(r"^([\w-]+):", MAKEFILE, re.MULTILINE))


def test_dev_and_prod_are_deployed_only_after_the_checks() -> None:
    deploy = jobs("deploy")

    assert deploy["dev"]["needs"] == deploy["prod"]["needs"] == "checks"
    assert deploy["dev"]["if"] == "github.ref == 'refs/heads/main'"
    assert deploy["prod"]["if"] == "github.ref_type == 'tag'"


def test_production_is_tested_only_with_safe_tests() -> None:
    deploy = jobs("deploy")

    assert deploy["prod"]["with"] == {"environment": "prod", "safe": True, "hardened": True}
    assert deploy["dev"]["with"] == {"environment": "dev"}


def test_a_release_requires_approval_and_uses_no_stored_secret() -> None:
    release = (ROOT / ".github" / "workflows" / "release.yaml").read_text()

    assert jobs("release")["release"]["environment"]["name"] == "${{ inputs.environment }}"
    assert "secrets." not in release
    assert "id-token: write" in release
