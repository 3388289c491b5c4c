"""How a new version comes to serve: what the template becomes once SAM has transformed it."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from ops.deploy import configured, release
from security.transformed import transformed
from tests.support import template


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


def test_every_function_shifts_a_tenth_first_and_rolls_back_on_its_own_alarm(
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


def test_without_a_canary_nothing_needs_code_deploy(plain: dict[str, Any]) -> None:
    assert "CodeDeploy" not in json.dumps(plain)
    assert len(of_kind(plain, "AWS::Lambda::Alias")) == len(template.functions())


def test_a_rollback_depends_on_functions_alone(canary: dict[str, Any]) -> None:
    # An alarm on the API would close a circle, from the alias through the API back to it.
    used = {
        alarm["Name"]["Ref"]
        for group in of_kind(canary, "AWS::CodeDeploy::DeploymentGroup").values()
        for alarm in group["Properties"]["AlarmConfiguration"]["Alarms"]
    }
    reached = json.dumps([canary[name] for name in used])

    assert '"Ref": "Api"' not in reached
    assert "Alias" not in reached


def test_whatever_calls_a_function_calls_its_alias(canary: dict[str, Any]) -> None:
    kinds = ("AWS::Lambda::EventSourceMapping", "AWS::Lambda::Permission")
    callers = [one["Properties"] for kind in kinds for one in of_kind(canary, kind).values()]
    targets = [one["FunctionName"]["Ref"] for one in callers]
    targets += [
        one["Properties"]["Target"]["Arn"]["Ref"]
        for one in of_kind(canary, "AWS::Scheduler::Schedule").values()
    ]

    assert {target.removesuffix("Aliaslive") for target in targets} == set(template.functions())
    assert all(target.endswith("Aliaslive") for target in targets)


def versions(**parameters: str) -> set[str]:
    return set(of_kind(transformed(**parameters)["Resources"], "AWS::Lambda::Version"))


def test_a_release_of_another_name_makes_new_versions_of_all_functions() -> None:
    first, second = versions(Release="first"), versions(Release="second")

    assert len(first) == len(second) == len(template.functions())
    assert first.isdisjoint(second)


def test_without_a_name_new_code_makes_new_versions() -> None:
    for name, function in template.functions().items():
        assert function["AutoPublishAliasAllProperties"], name
    for layer in template.resources("AWS::Serverless::LayerVersion").values():
        assert layer["Properties"]["PublishLambdaVersion"]


def test_another_parameter_makes_another_release(tmp_path: Path) -> None:
    (tmp_path / "template.yaml").touch()

    assert release({"CorsOrigin": "*"}, tmp_path) == release({"CorsOrigin": "*"}, tmp_path)
    assert release({"CorsOrigin": "*"}, tmp_path) != release({"CorsOrigin": "x"}, tmp_path)


def test_another_build_makes_another_release(tmp_path: Path) -> None:
    (tmp_path / "template.yaml").touch()
    first = release({}, tmp_path)
    os.utime(tmp_path / "template.yaml", (1, 1))

    assert release({}, tmp_path) != first


def test_production_is_hardened_kept_and_released_bit_by_bit() -> None:
    parameters = template.template()["Parameters"]

    assert configured("prod") == {
        "ContractMode": "hardened",
        "IndexShards": "4",
        "DeletionProtection": "true",
        "CanaryEnabled": "true",
    }
    # SAM reads the switch before anything is deployed, and an emulator has no CodeDeploy.
    assert parameters["CanaryEnabled"]["Default"] == "false"


def test_a_domain_is_made_only_where_one_is_given() -> None:
    resources = template.template()["Resources"]

    assert resources["Domain"]["Condition"] == resources["DomainMapping"]["Condition"]
    assert resources["Domain"]["Condition"] == "DomainIsGiven"
    assert resources["DomainRecord"]["Condition"] == "RecordIsOurs"
    assert template.template()["Parameters"]["DomainName"]["Default"] == ""
