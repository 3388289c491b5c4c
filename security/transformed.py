"""The template as CloudFormation gets it, after SAM's transform, made without an account."""

import json
import logging
from pathlib import Path
from typing import Any

from samcli.lib.translate.sam_template_validator import SamTemplateValidator
from samcli.yamlhelper import yaml_parse

TEMPLATE = Path(__file__).parent.parent / "template.yaml"
REGION = "us-east-1"

logging.getLogger("samtranslator").setLevel(logging.ERROR)  # it tells what AWS tries out


class NoManagedPolicies:
    """In place of the list that AWS keeps: no function names a managed policy."""

    def load(self) -> dict[str, str]:
        return {}


def transformed(**parameters: str) -> dict[str, Any]:
    """All resources under these parameters, the others at their defaults."""
    # Through JSON, since the transform changes in place what YAML's anchors share.
    source = json.loads(json.dumps(yaml_parse(TEMPLATE.read_text())))
    validator = SamTemplateValidator(
        source,
        NoManagedPolicies(),
        region=REGION,
        parameter_overrides={"AWS::Region": REGION, **parameters},
    )
    result: dict[str, Any] = yaml_parse(validator.get_translated_template_if_valid())
    return result
