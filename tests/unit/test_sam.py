"""SAM parses the parameters of a command line back to the values that they were rendered from."""

import tomllib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from samcli.cli.types import CfnParameterOverridesType

from ops.sam import parameter_overrides
from ops.template import ROOT


def is_parsable(value: str) -> bool:
    return not (value.endswith("\\") or '\\"' in value or "\\\n" in value)


NAMES = st.from_regex(r"[A-Za-z0-9]+", fullmatch=True)
# The characters that SAM's syntax uses are as frequent as all others together.
VALUES = st.text(st.sampled_from("\"'\\ =,\n") | st.characters(codec="utf-8"))


def parsed(arguments: list[str]) -> dict[str, str]:
    values: dict[str, str] = CfnParameterOverridesType().convert(tuple(arguments), None, None)
    return values


@given(st.dictionaries(NAMES, VALUES.filter(is_parsable), min_size=1))
@example({"ComfyuiInstanceTag": ""})
@example({"CorsOrigin": "two words", "DomainName": "'quoted'", "Release": '"quoted"'})
@example({"CorsOrigin": r"C:\temp\ 'x'"})
@example({"CorsOrigin": "ParameterKey=Release,ParameterValue=other", "Release": " Release=other"})
@example({"CorsOrigin": "file://parameters.json"})
def test_sam_parses_the_same_values(parameters: dict[str, str]) -> None:
    assert parsed(parameter_overrides(parameters)) == parameters


@pytest.mark.parametrize("value", ["\\", 'a\\"b', "a\\\nb"])
def test_a_value_that_sam_cannot_parse_is_rejected(value: str) -> None:
    with pytest.raises(ValueError, match=r"^CorsOrigin: SAM cannot parse"):
        parameter_overrides({"CorsOrigin": value})


def test_every_build_and_deployment_expands_loops() -> None:
    # Without the option, `sam build` and `sam deploy` fail on a template with `Fn::ForEach`.
    environments = tomllib.loads((ROOT / "samconfig.toml").read_text())
    commands = {
        f"{name} {command}": environment[command]["parameters"].get("language_extensions")
        for name, environment in environments.items()
        if name != "version"
        for command in ("build", "deploy")
        if command in environment
    }

    assert commands == dict.fromkeys(commands, True)
    assert {"default build", "prod deploy"} <= set(commands)
