"""Command lines of the SAM CLI."""

import re
import sys
from collections.abc import Mapping
from pathlib import Path

from ops.template import ROOT

_UNPARSABLE = re.compile(r'\\(["\n]|\Z)')


def deploy_command(environment: str, build: Path, parameters: Mapping[str, str]) -> list[str]:
    """Deploy a build to an environment of samconfig.toml, with these template parameters."""
    return [
        str(Path(sys.executable).with_name("sam")),
        "deploy",
        *("--config-file", str(ROOT / "samconfig.toml")),
        *("--config-env", environment),
        *("--template-file", str(build / "template.yaml")),
        *("--parameter-overrides", *parameter_overrides(parameters)),
    ]


def parameter_overrides(parameters: Mapping[str, str]) -> list[str]:
    """The arguments of `--parameter-overrides`, in the form that SAM parses back to these values.

    Raises `ValueError` for a value that no argument of SAM can contain.
    """
    return [_override(name, value) for name, value in parameters.items()]


def _override(name: str, value: str) -> str:
    if _UNPARSABLE.search(value):
        raise ValueError(f'{name}: SAM cannot parse a backslash at the end, before " or a line end')
    # SAM removes a backslash before a space and before either quote, and no other one.
    escaped = re.sub(r"\\(?=[ '])", r"\\\\", value).replace('"', '\\"')
    # The short form, `name="value"`, is misread if the value contains the text of the long one.
    return f'ParameterKey={name},ParameterValue="{escaped}"'
