"""Deploy what `make build` built, to an environment of samconfig.toml.

`python -m ops.deploy prod AlarmTopicArn=arn:…` keeps the parameters that the file sets, which
`sam deploy --parameter-overrides` alone would drop, and gives the release a name of its own.
"""

import argparse
import hashlib
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

from ops.stack import Stack

ROOT = Path(__file__).parent.parent
BUILD = ROOT / ".aws-sam" / "build"


def configured(environment: str) -> dict[str, str]:
    """The template parameters that samconfig.toml sets for an environment."""
    file = tomllib.loads((ROOT / "samconfig.toml").read_text())
    overrides = file[environment]["deploy"]["parameters"].get("parameter_overrides", [])
    return dict(override.split("=", 1) for override in overrides)


def release(parameters: Mapping[str, str], build: Path) -> str:
    """A name that is another one after every build, and for other parameters."""
    built = (build / "template.yaml").stat().st_mtime_ns
    return hashlib.sha256(repr((sorted(parameters.items()), built)).encode()).hexdigest()[:10]


def url(environment: str) -> str:
    """Where the stack of an environment answers."""
    file = tomllib.loads((ROOT / "samconfig.toml").read_text())
    stack = Stack(file[environment]["deploy"]["parameters"]["stack_name"])
    return stack.output("ApiUrl")


def main() -> int:
    arguments = _arguments()
    if arguments.url:
        print(url(arguments.environment))
        return 0
    parameters = configured(arguments.environment) | dict(arguments.parameters)
    parameters["Release"] = release(parameters, BUILD)
    command: list[str | Path] = [
        Path(sys.executable).with_name("sam"),
        "deploy",
        *("--config-env", arguments.environment),
        *("--template-file", BUILD / "template.yaml"),
        *("--parameter-overrides", *(f"{name}={value}" for name, value in parameters.items())),
    ]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", action="store_true", help="only tell where it answers")
    parser.add_argument("environment", help="an environment of samconfig.toml")
    parser.add_argument("parameters", nargs="*", type=_parameter, metavar="Name=value")
    return parser.parse_args()


def _parameter(text: str) -> tuple[str, str]:
    name, is_parameter, value = text.partition("=")
    if not is_parameter:
        raise argparse.ArgumentTypeError(f"{text} is not of the form Name=value")
    return name, value


if __name__ == "__main__":
    sys.exit(main())
