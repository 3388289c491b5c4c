"""The production environment of samconfig.toml, deployed to a local cloud."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from local.settings import Settings
from local.stack import outputs
from ops.deploy import configured
from ops.stack import Stack

pytestmark = pytest.mark.hardened


def test_production_deploys_with_the_parameters_of_samconfig(stack: Stack) -> None:
    parameters = configured("prod")

    # The canary runs only on AWS.
    assert {**parameters, "CanaryEnabled": "false"} == {
        name: stack.parameter(name) for name in parameters
    }


def test_production_serves_requests(anonymous: httpx2.Client, settings: Settings) -> None:
    assert outputs(settings)["ContractMode"] == "hardened"
    assert anonymous.get("/health").status_code == 200


def test_its_tables_have_deletion_protection(aws: Callable[[str], Any]) -> None:
    dynamodb = aws("dynamodb")
    tables = [
        dynamodb.describe_table(TableName=name)["Table"]
        for name in dynamodb.list_tables()["TableNames"]
    ]

    assert tables
    assert all(table["DeletionProtectionEnabled"] for table in tables)
