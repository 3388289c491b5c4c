"""The gallery on the whole stack: its document's workflow, and many people at once."""

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
    Person,
    fifty_at_once,
    log_in,
    new_name,
    register,
    share_against_delete,
)
from tests.support.images import picture
from tests.support.stories import eventually


def test_the_example_workflow_of_the_document(api: httpx2.Client, tmp_path: Path) -> None:
    (tmp_path / "image.jpg").write_bytes(picture())
    # Another test's events bear the document's names.
    john, jane = new_name(), new_name()
    register(api, jane)

    def curl(line: str) -> Any:
        command = line.replace("http://localhost:8000", str(api.base_url).rstrip("/"))
        command = command.replace("john_doe", john).replace("john@", f"{john}@")
        command = command.replace("jane_doe", jane)
        shell = ["bash", "-c", command.replace("curl ", "curl --silent --show-error ", 1)]
        outcome = subprocess.run(shell, cwd=tmp_path, check=True, capture_output=True)
        return json.loads(outcome.stdout)

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


def test_of_fifty_registrations_of_one_name_at_once_one_succeeds(api: httpx2.Client) -> None:
    name = new_name()

    statuses = fifty_at_once(
        lambda: register(api, name, email=f"{new_name()}@example.com").status_code
    )

    assert statuses == {201: 1, 400: 49}
    assert log_in(api, name).status_code == 200


def test_of_fifty_shares_with_one_user_at_once_one_succeeds(john: Person, jane: Person) -> None:
    image_id = john.upload()["image_id"]

    statuses = fifty_at_once(lambda: john.share(image_id, jane.username).status_code)

    assert statuses == {200: 1, 400: 49}
    assert len(jane.shared_with_me()) == 1


def test_of_fifty_grants_by_threads_of_one_process_one_is_written(
    john: Person, jane: Person, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the transaction alone decides: over HTTP, the edge lets fewer in at once."""
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

    assert fifty_at_once(is_granted) == {True: 1, False: 49}


def test_a_share_never_shows_an_image_that_is_deleted_meanwhile(john: Person, jane: Person) -> None:
    for _ in range(20):
        share_against_delete(john, jane)


def test_a_deleted_image_takes_its_asset_and_its_shares_along(
    john: Person,
    jane: Person,
    aws: Callable[[str], Any],
    stack: Stack,
    differences: Callable[[], Differences],
) -> None:
    image = john.upload()
    john.share(image["image_id"], jane.username)
    url = image["image_url"]
    assert httpx2.get(url).status_code == 200

    john.delete(f"/images/{image['image_id']}")

    def rows() -> int:
        answer = aws("dynamodb").query(
            TableName=stack.physical("GalleryTable"),
            KeyConditionExpression="image_id = :id",
            ExpressionAttributeValues={":id": {"N": str(image["image_id"])}},
        )
        return int(answer["Count"])

    assert eventually(lambda: rows() == 0)
    assert eventually(lambda: httpx2.get(url).status_code == 404)
    assert differences() == Differences([], [])


class TestUsersOfThePool:
    def test_a_user_that_is_not_ours_keeps_his_password(
        self, api: httpx2.Client, aws: Callable[[str], Any], stack: Stack
    ) -> None:
        name = new_name()
        pool = {"UserPoolId": stack.physical("UserPool"), "Username": name}
        aws("cognito-idp").admin_create_user(**pool, MessageAction="SUPPRESS")
        aws("cognito-idp").admin_set_user_password(**pool, Password="own-secret", Permanent=True)

        answer = register(api, name)

        assert answer.json() == {"detail": "Username already registered"}
        assert log_in(api, name).status_code == 401
        token = log_in(api, name, "own-secret").json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        assert api.get("/images/my-images", headers=headers).json() == []

    def test_one_who_waits_for_his_first_password_is_not_taken_over(
        self, api: httpx2.Client, aws: Callable[[str], Any], stack: Stack
    ) -> None:
        name = new_name()
        aws("cognito-idp").admin_create_user(
            UserPoolId=stack.physical("UserPool"), Username=name, MessageAction="SUPPRESS"
        )

        assert register(api, name).status_code == 400
        assert log_in(api, name).status_code == 401

    def test_what_our_own_registration_left_over_is_taken_up(
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
