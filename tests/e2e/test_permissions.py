"""Functions run under their own roles: what a role lacks is denied."""

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from local.stack import client
from tests.conftest import Target
from tests.support.images import picture
from tests.support.stories import V2, listed, parts


@pytest.fixture
def iam(cloud: Target) -> Any:
    assert cloud.settings
    return client(cloud.settings, "iam")


@pytest.fixture
def without_put_item(iam: Any) -> Iterator[None]:
    role = next(
        role["RoleName"]
        for role in iam.list_roles()["Roles"]
        if "StoriesV2FunctionRole" in role["RoleName"]
    )
    name = iam.list_role_policies(RoleName=role)["PolicyNames"][0]
    document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
    text = json.dumps(document)
    reduced = text.replace("dynamodb:PutItem", "dynamodb:DescribeTable")
    assert reduced != text

    iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=reduced)
    yield
    iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=text)


def upload_status(api: httpx2.Client) -> int:
    return api.post(f"{V2}/upload", files=parts(picture())).status_code


def test_an_upload_needs_the_permission_to_write(
    api: httpx2.Client, without_put_item: None
) -> None:
    assert upload_status(api) == 500


def test_an_upload_works_with_its_permissions(api: httpx2.Client) -> None:
    assert upload_status(api) == 200
    assert listed(api)
