"""The gallery on the whole stack: the example of its contract, and concurrent users."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from ops import template
from ops.reconcile import Differences
from ops.stack import Stack
from tests.support.gallery import (
    PASSWORD,
    User,
    call_in_fifty_threads,
    log_in,
    new_name,
    race_share_and_delete,
    register,
)
from tests.support.images import picture
from tests.support.stories import eventually


def test_the_example_workflow_of_the_contract_succeeds(api: httpx2.Client, tmp_path: Path) -> None:
    (tmp_path / "image.jpg").write_bytes(picture())
    # Another test uses the names of the contract.
    john, jane = new_name(), new_name()
    register(api, jane)

    def curl(line: str) -> Any:
        command = line.replace("http://localhost:8000", str(api.base_url).rstrip("/"))
        command = command.replace("john_doe", john).replace("john@", f"{john}@")
        command = command.replace("jane_doe", jane)
        shell = ["bash", "-c", command.replace("curl ", "curl --silent --show-error ", 1)]
        process = subprocess.run(shell, cwd=tmp_path, check=True, capture_output=True)
        return json.loads(process.stdout)

    registered = curl("""curl -X POST "http://localhost:8000/auth/register" \\
  -H "Content-Type: application/json" \\
  -d '{
    "username": "john_doe",
    "email": "john@example.com",
    "password": "securepassword123"
  }'""")
    token = curl("""curl -X POST "http://localhost:8000/auth/login" \\
  -H "Content-Type: application/x-www-form-urlencoded" \\
  -d "username=john_doe&password=securepassword123" """)["access_token"]
    uploaded = curl(f"""curl -X POST "http://localhost:8000/images/upload" \\
  -H "Authorization: Bearer {token}" \\
  -F "file=@image.jpg" \\
  -F "caption=My first image" \\
  -F "visibility=private" """)
    mine = curl(f"""curl -X GET "http://localhost:8000/images/my-images" \\
  -H "Authorization: Bearer {token}" """)
    shared = curl(f"""curl -X POST "http://localhost:8000/sharing/share/{uploaded["image_id"]}" \\
  -H "Authorization: Bearer {token}" \\
  -H "Content-Type: application/json" \\
  -d '{{"shared_with_username": "jane_doe"}}'""")
    with_me = curl(f"""curl -X GET "http://localhost:8000/sharing/shared-with-me" \\
  -H "Authorization: Bearer {token}" """)

    assert registered["username"] == john
    assert [image["image_id"] for image in mine] == [uploaded["image_id"]]
    assert mine[0]["owner_username"] == john
    assert shared["shared_with_username"] == jane
    assert with_me == []
    token = log_in(api, jane).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    received = api.get("/sharing/shared-with-me", headers=headers).json()
    assert httpx2.get(received[0]["image_url"]).content == picture()


def test_one_of_fifty_parallel_registrations_of_a_name_succeeds(api: httpx2.Client) -> None:
    name = new_name()

    statuses = call_in_fifty_threads(
        lambda: register(api, name, email=f"{new_name()}@example.com").status_code
    )

    assert statuses == {201: 1, 400: 49}
    assert log_in(api, name).status_code == 200


def test_one_of_fifty_parallel_shares_with_a_user_succeeds(john: User, jane: User) -> None:
    image_id = john.upload()["image_id"]

    statuses = call_in_fifty_threads(lambda: john.share(image_id, jane.username).status_code)

    assert statuses == {200: 1, 400: 49}
    assert len(jane.shared_with_me()) == 1


def test_one_of_fifty_parallel_grants_is_written(
    john: User, jane: User, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Calls the transaction directly, since over HTTP the edge limits concurrency."""
    tables = {name: stack.physical(name) for name in template.resources("AWS::DynamoDB::Table")}
    sharing = template.functions()["SharingFunction"]
    for name, value in template.environment(sharing, tables).items():
        monkeypatch.setenv(name, value)
    from darkroom.errors import InvalidInputError
    from darkroom.models.gallery import GalleryImage, Share

    image = GalleryImage.find(john.upload()["image_id"])

    def is_granted() -> bool:
        try:
            Share.grant(image, jane.user_id, "sub", jane.username)
        except InvalidInputError:
            return False
        return True

    assert call_in_fifty_threads(is_granted) == {True: 1, False: 49}


def test_a_concurrent_share_never_shows_a_deleted_image(john: User, jane: User) -> None:
    for _ in range(20):
        race_share_and_delete(john, jane)


def test_deleting_an_image_removes_its_asset_and_its_shares(
    john: User,
    jane: User,
    aws: Callable[[str], Any],
    stack: Stack,
    differences: Callable[[], Differences],
) -> None:
    image = john.upload()
    john.share(image["image_id"], jane.username)
    url = image["image_url"]
    assert httpx2.get(url).status_code == 200

    john.delete(f"/images/{image['image_id']}")

    def count_rows() -> int:
        response = aws("dynamodb").query(
            TableName=stack.physical("GalleryTable"),
            KeyConditionExpression="image_id = :id",
            ExpressionAttributeValues={":id": {"N": str(image["image_id"])}},
        )
        return int(response["Count"])

    assert eventually(lambda: count_rows() == 0)
    assert eventually(lambda: httpx2.get(url).status_code == 404)
    assert differences() == Differences([], [])


class TestUsersOfThePool:
    def test_registering_the_name_of_a_pool_user_keeps_their_password(
        self, api: httpx2.Client, aws: Callable[[str], Any], stack: Stack
    ) -> None:
        name = new_name()
        pool = {"UserPoolId": stack.physical("UserPool"), "Username": name}
        aws("cognito-idp").admin_create_user(**pool, MessageAction="SUPPRESS")
        aws("cognito-idp").admin_set_user_password(**pool, Password="pool-secret", Permanent=True)

        response = register(api, name)

        assert response.json() == {"detail": "Username already registered"}
        assert log_in(api, name).status_code == 401
        token = log_in(api, name, "pool-secret").json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        assert api.get("/images/my-images", headers=headers).json() == []

    def test_registering_the_name_of_a_pool_user_without_a_password_is_rejected(
        self, api: httpx2.Client, aws: Callable[[str], Any], stack: Stack
    ) -> None:
        name = new_name()
        aws("cognito-idp").admin_create_user(
            UserPoolId=stack.physical("UserPool"), Username=name, MessageAction="SUPPRESS"
        )

        assert register(api, name).status_code == 400
        assert log_in(api, name).status_code == 401

    def test_an_expired_registration_of_darkroom_can_be_repeated(
        self, api: httpx2.Client, aws: Callable[[str], Any], stack: Stack
    ) -> None:
        name = new_name()
        aws("cognito-idp").admin_create_user(
            UserPoolId=stack.physical("UserPool"), Username=name, MessageAction="SUPPRESS"
        )
        aws("dynamodb").put_item(
            TableName=stack.physical("UsersTable"),
            Item={
                "key": {"S": f"username#{name}"},
                "username": {"S": name},
                "registration": {"S": "killed"},
                "pending_until": {"S": "2026-01-01T00:00:00.000000Z"},
            },
        )

        assert register(api, name).status_code == 201
        assert log_in(api, name, PASSWORD).status_code == 200
