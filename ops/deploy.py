"""Deploy the result of `make build` to an environment of samconfig.toml.

`python -m ops.deploy prod AlarmTopicArn=arn:…` keeps the parameters that the file sets, which
`sam deploy --parameter-overrides` would drop, and gives each release a new name.
"""

import argparse
import hashlib
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ops.sam import deploy_command
from ops.stack import Stack
from ops.template import ROOT

BUILD = ROOT / ".aws-sam" / "build"


def configured(environment: str) -> dict[str, str]:
    """The template parameters that samconfig.toml sets for an environment."""
    overrides = _deploy_section(environment).get("parameter_overrides", [])
    return dict(override.split("=", 1) for override in overrides)


def release(parameters: Mapping[str, str], build: Path) -> str:
    """A name that changes with every build and with every parameter."""
    built = (build / "template.yaml").stat().st_mtime_ns
    return hashlib.sha256(repr((sorted(parameters.items()), built)).encode()).hexdigest()[:10]


def url(environment: str) -> str:
    """The API's URL in an environment."""
    return Stack(_deploy_section(environment)["stack_name"]).output("ApiUrl")


def _deploy_section(environment: str) -> dict[str, Any]:
    file = tomllib.loads((ROOT / "samconfig.toml").read_text())
    section: dict[str, Any] = file[environment]["deploy"]["parameters"]
    return section


def main() -> int:
    arguments = _arguments()
    if arguments.url:
        print(url(arguments.environment))
        return 0
    parameters = configured(arguments.environment) | dict(arguments.parameters)
    parameters["Release"] = release(parameters, BUILD)
    command = deploy_command(arguments.environment, BUILD, parameters)
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", action="store_true", help="only print the API's URL")
    parser.add_argument("environment", help="an environment of samconfig.toml")
    parser.add_argument("parameters", nargs="*", type=_parameter, metavar="Name=value")
    return parser.parse_args()


def _parameter(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text} is not of the form Name=value")
    return name, value


if __name__ == "__main__":
    sys.exit(main())
