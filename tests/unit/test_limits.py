"""Each limit has one value: the starter set, the schemas and the template agree on it."""

import json
import re
from typing import Any

import pytest
from annotated_types import Ge, Le

from catalog.schemas import StyleIn
from darkroom.models.catalog import STARTER_SET
from generation.parameters import DEFAULTS
from generation.schemas import GenerateImage
from ops import template

STARTERS = json.loads(STARTER_SET.read_text("utf-8"))
SETTINGS = {row["name"]: row for row in STARTERS["settings"]}
FIELDS = GenerateImage.model_fields

# The starter set provides a text; a deployment without the setting uses none.
DIFFERS_FROM_ITS_DEFAULT = {"negative_prompt"}

# Powertools reads these from the environment only. Every other variable varies by environment;
# a value that does not is a constant in the code.
LITERALS = {"POWERTOOLS_LOG_LEVEL": "INFO", "POWERTOOLS_METRICS_NAMESPACE": "Darkroom"}


def generated(name: str, value: Any) -> Any:
    """The field after validation. Raises `ValidationError`."""
    return getattr(GenerateImage(**({"prompt": "-"} | {name: value})), name)


def parsed(name: str) -> Any:
    value = SETTINGS[name]["value"]
    return value if isinstance(DEFAULTS[name], str) else json.loads(value)


def schema_range(name: str) -> set[float]:
    """The lowest and the highest value; empty for a text."""
    limits = [
        getattr(limit, "ge" if isinstance(limit, Ge) else "le")
        for limit in FIELDS[name].metadata
        if isinstance(limit, Ge | Le)
    ]
    return set(map(float, limits))


def numbers(text: str) -> set[float]:
    return {float(number) for number in re.findall(r"\d+(?:\.\d+)?", text)}


def test_the_starter_set_has_every_setting_of_generation() -> None:
    assert SETTINGS.keys() == DEFAULTS.keys()


@pytest.mark.parametrize("name", sorted(DEFAULTS.keys() & FIELDS.keys()))
def test_starter_settings_are_accepted_unchanged(name: str) -> None:
    assert generated(name, parsed(name)) == parsed(name)


@pytest.mark.parametrize("name", sorted(DEFAULTS.keys() - DIFFERS_FROM_ITS_DEFAULT))
def test_starter_settings_equal_the_defaults(name: str) -> None:
    assert parsed(name) == DEFAULTS[name]


def test_the_default_negative_prompt_is_empty() -> None:
    assert DEFAULTS["negative_prompt"] == ""
    assert SETTINGS["negative_prompt"]["value"]


@pytest.mark.parametrize("name", sorted(SETTINGS))
def test_descriptions_of_settings_contain_the_range_of_the_schema(name: str) -> None:
    limits = schema_range(name) if name in FIELDS else set()
    default = {float(FIELDS[name].default)} if limits else set()

    assert limits <= numbers(SETTINGS[name]["description"]) <= limits | default


@pytest.mark.parametrize("row", STARTERS["formats"], ids=lambda row: row["name"])
def test_starter_formats_are_accepted_unchanged(row: dict[str, Any]) -> None:
    for name in ("width", "height"):
        assert generated(name, row[name]) == row[name]


@pytest.mark.parametrize("row", STARTERS["styles"], ids=lambda row: row["name"])
def test_starter_styles_are_accepted_by_the_schema_of_the_catalog(row: dict[str, Any]) -> None:
    assert StyleIn.model_validate(row).prompt_template == row["prompt_template"]


def test_the_template_contains_no_limit_as_a_literal() -> None:
    sections = [template.template()["Globals"]["Function"], *template.functions().values()]
    variables = [
        variable
        for section in sections
        for variable in section.get("Environment", {}).get("Variables", {}).items()
    ]

    assert {name: value for name, value in variables if not isinstance(value, dict)} == LITERALS
