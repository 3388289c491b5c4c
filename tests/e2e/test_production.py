"""The production environment of samconfig.toml, on a local cloud of its own."""

from collections.abc import Iterator
from dataclasses import replace

import httpx2
import pytest

from local.cloud import local_cloud
from local.settings import Settings
from local.stack import client, outputs
from tests.conftest import new_settings


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    settings = replace(new_settings(tmp_path_factory), environment="prod")
    with local_cloud(settings):
        yield settings


def test_production_deploys_and_answers(production: Settings) -> None:
    assert outputs(production)["ContractMode"] == "hardened"
    assert httpx2.get(f"http://localhost:{production.port}/health").status_code == 200


def test_its_tables_refuse_to_be_deleted(production: Settings) -> None:
    dynamodb = client(production, "dynamodb")
    tables = [
        dynamodb.describe_table(TableName=name)["Table"]
        for name in dynamodb.list_tables()["TableNames"]
    ]

    assert tables
    assert all(table["DeletionProtectionEnabled"] for table in tables)
