"""Checks of commands that are not run: their targets, modules, files and options exist."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import botocore.session
from botocore import xform_name

from ops.template import ROOT, TEMPLATE
from tests.support.documentation import Command, is_missing_file

MAKEFILE = (ROOT / "Makefile").read_text()
PARAMETERS = TEMPLATE.read_text() + (ROOT / "ops" / "github_role.yaml").read_text()


def unknown_words(command: Command) -> list[str]:
    """The targets, options, files and parameters of a command that do not exist."""
    program, *words = shlex.split(command.program.replace("\\\n", " "), comments=True)
    checks = {"make": _make, "aws": _aws, "sam": _sam, "python": _python, "pytest": _pytest}
    return [*checks[program](words), *filter(is_missing_file, words), *_parameters(command.text)]


def _make(words: list[str]) -> Iterator[str]:
    names = {word.partition("=")[0] for word in words if "=" in word}
    yield from (name for name in names if not re.search(rf"\b{name}\b", MAKEFILE))
    outcome = subprocess.run(["make", "-n", *words], cwd=ROOT, capture_output=True, check=False)
    if outcome.returncode:
        yield outcome.stderr.decode()


def _aws(words: list[str]) -> Iterator[str]:
    service, operation, *arguments = words
    model = botocore.session.get_session().get_service_model(service)
    operations = {xform_name(name, "-"): name for name in model.operation_names}
    if operation not in operations:
        yield operation
        return
    shape = model.operation_model(operations[operation]).input_shape
    members = {xform_name(name, "-") for name in (shape.members if shape else ())}
    yield from (option for option in _options(arguments) if option[2:] not in members)


def _sam(words: list[str]) -> Iterator[str]:
    subcommand = [word for word in words[:2] if re.fullmatch("[a-z]+", word)]
    text = _help(str(Path(sys.executable).with_name("sam")), *subcommand)
    yield from (option for option in _options(words) if option not in text)


def _python(words: list[str]) -> Iterator[str]:
    flag, module, *arguments = words
    if flag != "-m" or not find_spec(module):
        yield module
    elif options := _options(arguments):
        text = _help(sys.executable, "-m", module)
        yield from (option for option in options if option not in text)


def _pytest(words: list[str]) -> Iterator[str]:
    text = _help(sys.executable, "-m", "pytest")
    yield from (option for option in _options(words) if option not in text)


def _options(words: list[str]) -> list[str]:
    return [word.partition("=")[0] for word in words if word.startswith("--")]


@cache
def _help(*command: str) -> str:
    """The output of `--help`. Raises `CalledProcessError` if the command does not exist."""
    outcome = subprocess.run(
        [*command, "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return outcome.stdout


def _parameters(text: str) -> Iterator[str]:
    """Template parameters, as in `Name=value`, that no template declares."""
    names = re.findall(r"""(?<=[\s"'])([A-Z][a-z]\w+)=""", text)
    yield from (name for name in names if not re.search(rf"^  {name}:$", PARAMETERS, re.MULTILINE))
