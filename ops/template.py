"""The template as it is declared: the one reader of it, for tools, local cloud and tests."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from samcli.yamlhelper import yaml_parse

from ops.intrinsics import Resolver, expand_loops

ROOT = Path(__file__).parent.parent
TEMPLATE = ROOT / "template.yaml"


def read(path: Path = TEMPLATE) -> dict[str, Any]:
    """The template in a file, its loops expanded. No two parts of it are the same object."""
    expanded: dict[str, Any] = expand_loops(yaml_parse(path.read_text()))
    return expanded


@cache
def template() -> dict[str, Any]:
    return read()


def resources(type_name: str) -> dict[str, dict[str, Any]]:
    """The resources of one type by logical id."""
    return {
        name: resource
        for name, resource in template()["Resources"].items()
        if resource["Type"] == type_name
    }


def functions() -> dict[str, dict[str, Any]]:
    """The properties of every function by logical id."""
    declared = resources("AWS::Serverless::Function")
    return {name: function["Properties"] for name, function in declared.items()}


def function_of(package: str) -> str:
    """The logical id of the (first) function whose code is in that package."""
    return next(
        name
        for name, function in functions().items()
        if function["Handler"].startswith(f"{package}.")
    )


def environment(function: dict[str, Any], values: Mapping[str, str]) -> dict[str, str]:
    """A function's variables; `values` are those of parameters and logical ids.

    A parameter without a value has its default, and a resource its logical id.
    """

    def value_of(name: str) -> str:
        parameter = template()["Parameters"].get(name, {})
        return str(values.get(name, parameter.get("Default", name)))

    variables = {
        **template()["Globals"]["Function"]["Environment"]["Variables"],
        **function.get("Environment", {}).get("Variables", {}),
    }
    resolve = Resolver(value_of, template()["Conditions"])
    return {name: str(resolve(value)) for name, value in variables.items()}
