"""The template after SAM's transform, as CloudFormation receives it; made without an account."""

import logging
from typing import Any

from samcli.lib.translate.sam_template_validator import SamTemplateValidator
from samcli.yamlhelper import yaml_parse

from ops import template

REGION = "us-east-1"

logging.getLogger("samtranslator").setLevel(logging.ERROR)  # it warns of features in preview


class NoManagedPolicies:
    """Replaces the list that AWS keeps: no function names a managed policy."""

    def load(self) -> dict[str, str]:
        return {}


def transformed(**parameters: str) -> dict[str, Any]:
    """All resources with these values of parameters, the others at their defaults."""
    validator = SamTemplateValidator(
        template.read(),
        NoManagedPolicies(),
        region=REGION,
        parameter_overrides={"AWS::Region": REGION, **parameters},
    )
    result: dict[str, Any] = yaml_parse(validator.get_translated_template_if_valid())
    return result
