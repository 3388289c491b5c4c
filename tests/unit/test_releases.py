"""Releases of new versions, according to the template after SAM's transform."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from ops import template
from ops.deploy import configured, release
from security.transformed import transformed


def of_kind(resources: dict[str, Any], kind: str) -> dict[str, Any]:
    return {name: one for name, one in resources.items() if one["Type"] == kind}


@pytest.fixture(scope="module")
def canary() -> dict[str, Any]:
    resources: dict[str, Any] = transformed(CanaryEnabled="true")["Resources"]
    return resources


@pytest.fixture(scope="module")
def plain() -> dict[str, Any]:
    resources: dict[str, Any] = transformed()["Resources"]
    return resources


def test_every_function_starts_with_a_tenth_of_the_traffic_and_rolls_back_on_its_alarm(
    canary: dict[str, Any],
) -> None:
    alarms = of_kind(canary, "AWS::CloudWatch::Alarm")
    for name in template.functions():
        group = canary[f"{name}DeploymentGroup"]["Properties"]
        alarm = f"{name.removesuffix('Function')}Errors"
        assert group["DeploymentConfigName"]["Fn::Sub"][1] == {
            "ConfigName": "Canary10Percent5Minutes"
        }
        assert group["AlarmConfiguration"]["Alarms"] == [{"Name": {"Ref": alarm}}]
        assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]
        assert alarm in alarms
        update = canary[f"{name}Aliaslive"]["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]
        assert update["DeploymentGroupName"] == {"Ref": f"{name}DeploymentGroup"}


def test_without_a_canary_the_stack_does_not_use_code_deploy(plain: dict[str, Any]) -> None:
    assert "CodeDeploy" not in json.dumps(plain)
    assert len(of_kind(plain, "AWS::Lambda::Alias")) == len(template.functions())


def test_a_rollback_depends_only_on_functions(canary: dict[str, Any]) -> None:
    # An alarm on the API would be circular: the API depends on the aliases.
    names = {
        alarm["Name"]["Ref"]
        for group in of_kind(canary, "AWS::CodeDeploy::DeploymentGroup").values()
        for alarm in group["Properties"]["AlarmConfiguration"]["Alarms"]
    }
    alarms = json.dumps([canary[name] for name in names])

    assert '"Ref": "Api"' not in alarms
    assert "Alias" not in alarms


def test_triggers_and_permissions_refer_to_aliases(canary: dict[str, Any]) -> None:
    kinds = ("AWS::Lambda::EventSourceMapping", "AWS::Lambda::Permission")
    properties = [one["Properties"] for kind in kinds for one in of_kind(canary, kind).values()]
    targets = [one["FunctionName"]["Ref"] for one in properties]
    targets += [
        one["Properties"]["Target"]["Arn"]["Ref"]
        for one in of_kind(canary, "AWS::Scheduler::Schedule").values()
    ]

    assert {target.removesuffix("Aliaslive") for target in targets} == set(template.functions())
    assert all(target.endswith("Aliaslive") for target in targets)


def versions(**parameters: str) -> set[str]:
    return set(of_kind(transformed(**parameters)["Resources"], "AWS::Lambda::Version"))


def test_a_new_release_name_publishes_new_versions_of_all_functions() -> None:
    first, second = versions(Release="first"), versions(Release="second")

    assert len(first) == len(second) == len(template.functions())
    assert first.isdisjoint(second)


def test_without_a_release_name_new_code_publishes_new_versions() -> None:
    for name, function in template.functions().items():
        assert function["AutoPublishAliasAllProperties"], name
    for layer in template.resources("AWS::Serverless::LayerVersion").values():
        assert layer["Properties"]["PublishLambdaVersion"]


def test_the_release_name_depends_on_parameters(tmp_path: Path) -> None:
    (tmp_path / "template.yaml").touch()

    assert release({"CorsOrigin": "*"}, tmp_path) == release({"CorsOrigin": "*"}, tmp_path)
    assert release({"CorsOrigin": "*"}, tmp_path) != release({"CorsOrigin": "x"}, tmp_path)


def test_the_release_name_depends_on_the_build(tmp_path: Path) -> None:
    (tmp_path / "template.yaml").touch()
    first = release({}, tmp_path)
    os.utime(tmp_path / "template.yaml", (1, 1))

    assert release({}, tmp_path) != first


def test_production_is_hardened_protected_and_released_by_canary() -> None:
    parameters = template.template()["Parameters"]

    assert configured("prod") == {
        "ContractMode": "hardened",
        "IndexShards": "4",
        "DeletionProtection": "true",
        "CanaryEnabled": "true",
    }
    # The default is off because emulators have no CodeDeploy.
    assert parameters["CanaryEnabled"]["Default"] == "false"


def test_a_domain_is_created_only_if_it_is_configured() -> None:
    resources = template.template()["Resources"]

    assert resources["Domain"]["Condition"] == resources["DomainMapping"]["Condition"]
    assert resources["Domain"]["Condition"] == "DomainIsGiven"
    assert resources["DomainRecord"]["Condition"] == "RecordIsCreated"
    assert template.template()["Parameters"]["DomainName"]["Default"] == ""
