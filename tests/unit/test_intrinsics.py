"""Loops expand, and intrinsic functions resolve, as they do on AWS."""

from typing import Any

import pytest
from samcli.lib.cfn_language_extensions.sam_integration import expand_language_extensions
from samcli.yamlhelper import yaml_parse

from ops import template
from ops.intrinsics import Resolver, expand_loops

BODY = {
    "${Name}Alarm": {
        "Description": {"Fn::Sub": "Errors of ${Name} in ${AWS::Region}"},
        "Title": {"Fn::Sub": "Errors of ${Name}"},
        "Function": {"Ref": {"Fn::Sub": "${Name}Function"}},
        "Arn": {"Fn::GetAtt": [{"Ref": "Name"}, "Arn"]},
        "Text": "${Name} stays",
        "Topic": {"Ref": "Topic"},
    }
}


def alarm(name: str) -> dict[str, Any]:
    return {
        "Description": {"Fn::Sub": f"Errors of {name} in ${{AWS::Region}}"},
        "Title": f"Errors of {name}",
        "Function": {"Ref": f"{name}Function"},
        "Arn": {"Fn::GetAtt": [name, "Arn"]},
        "Text": "${Name} stays",
        "Topic": {"Ref": "Topic"},
    }


def test_a_loop_becomes_its_entries_in_its_position() -> None:
    node = {"First": {}, "Fn::ForEach::Alarms": ["Name", ["Home", "Auth"], BODY], "Last": {}}

    expanded = expand_loops(node)

    assert expanded == {
        "First": {},
        "HomeAlarm": alarm("Home"),
        "AuthAlarm": alarm("Auth"),
        "Last": {},
    }
    assert list(expanded) == ["First", "HomeAlarm", "AuthAlarm", "Last"]


def test_loops_nest() -> None:
    inner = {
        "Fn::ForEach::Letters": ["Letter", ["A", "B"], {"${Letter}${Number}": {"Ref": "Letter"}}]
    }

    expanded = expand_loops({"Fn::ForEach::Numbers": ["Number", ["1", "2"], inner]})

    assert expanded == {"A1": "A", "B1": "B", "A2": "A", "B2": "B"}


def test_sam_expands_the_template_to_the_same_resources() -> None:
    unexpanded = yaml_parse(template.TEMPLATE.read_text())

    by_sam = expand_language_extensions(unexpanded, enabled=True).expanded_template

    assert any(name.startswith("Fn::ForEach") for name in unexpanded["Resources"])
    assert list(by_sam["Resources"]) == list(template.template()["Resources"])


@pytest.mark.parametrize(
    ("node", "value"),
    [
        ("text", "text"),
        ({"Ref": "Mode"}, "strict"),
        ({"Fn::Sub": "${Mode}-${Table.Arn}"}, "strict-arn"),
        ({"Fn::Sub": ["${Mode} ${Pool}", {"Pool": {"Ref": "Table"}}]}, "strict stories"),
        ({"Fn::If": ["IsStrict", {"Ref": "Table"}, "none"]}, "stories"),
        ({"Fn::If": ["IsEmpty", {"Ref": "Table"}, "none"]}, "none"),
        ({"Key": [{"Ref": "Mode"}]}, {"Key": ["strict"]}),
    ],
)
def test_intrinsic_functions_resolve(node: Any, value: Any) -> None:
    values = {"Mode": "strict", "Table": "stories", "Table.Arn": "arn"}
    conditions = {
        "IsStrict": {"Fn::Equals": [{"Ref": "Mode"}, "strict"]},
        "IsEmpty": {"Fn::Equals": [{"Ref": "Mode"}, ""]},
    }

    assert Resolver(values.__getitem__, conditions)(node) == value
