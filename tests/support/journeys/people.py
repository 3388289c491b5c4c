"""People: their accounts, images, shares and publications."""

from typing import Any
from urllib.parse import quote

import httpx2

from tests.support import gallery
from tests.support.direct import GROUPS, new_direct
from tests.support.gallery import new_person
from tests.support.images import picture
from tests.support.journeys.world import World, key, soon
from tests.support.publications import new_publication


def accounts(world: World) -> None:
    def users_of(name: str) -> list[Any]:
        pool = world.stack.physical("UserPool")
        users = world.aws("cognito-idp").list_users(UserPoolId=pool)["Users"]
        return [user for user in users if user["Username"] == name]

    name = gallery.new_name()
    with world.without("AuthFunction", "cognito-idp:AdminSetUserPassword", "userpool"):
        assert gallery.register(world.api, name).status_code == 500
    assert users_of(name) == []
    assert gallery.register(world.api, name).status_code == 201
    assert gallery.register(world.api, name).status_code == 400
    assert gallery.log_in(world.api, name).status_code == 200


def left_over_account(world: World) -> None:
    """A registration that died between two steps does not keep its name for good."""
    name = gallery.new_name()
    cognito, pool = world.aws("cognito-idp"), world.stack.physical("UserPool")
    cognito.admin_create_user(UserPoolId=pool, Username=name, MessageAction="SUPPRESS")
    row = {
        "key": f"username#{name}",
        "username": name,
        "registration": "left over",
        "pending_until": "2020-01-01T00:00:00.000000Z",
    }
    world.aws("dynamodb").put_item(
        TableName=world.stack.physical("UsersTable"),
        Item={attribute: {"S": text} for attribute, text in row.items()},
    )

    assert gallery.register(world.api, name).status_code == 201
    assert gallery.log_in(world.api, name).status_code == 200


def known_to_the_pool(world: World) -> None:
    """Who was in the pool before us is welcome wherever he calls first."""
    for path in ("/images/my-images", "/sharing/shared-with-me"):
        name, cognito = gallery.new_name(), world.aws("cognito-idp")
        user = {"UserPoolId": world.stack.physical("UserPool"), "Username": name}
        cognito.admin_create_user(**user, MessageAction="SUPPRESS")
        cognito.admin_set_user_password(**user, Password=gallery.PASSWORD, Permanent=True)
        token = gallery.log_in(world.api, name).json()["access_token"]

        answer = world.api.get(path, headers={"Authorization": f"Bearer {token}"})

        assert (answer.status_code, answer.json()) == (200, [])


def sharing(world: World) -> None:
    john, jane = new_person(world.api), new_person(world.api)
    same = key()
    with world.failing("upload"):
        assert john.post_image(headers=same).status_code == 500
    assert world.is_ledger_clean()
    first = john.post_image(headers=same)
    assert first.status_code == 201, first.text
    assert john.post_image(headers=same).json() == first.json()
    number = john.upload(visibility="private")["image_id"]
    assert jane.get(f"/images/{number}").status_code == 403
    assert john.share(number, jane.username).is_success
    assert john.unshare(number, jane.user_id).is_success
    assert john.share(number, jane.username).is_success
    assert jane.get(f"/images/{number}").status_code == 200
    assert number in [one["image_id"] for one in jane.shared_with_me()]
    assert number in [one["image_id"] for one in john.shared_by_me()]
    public = john.upload(visibility="public")["image_id"]
    assert public in [one["image_id"] for one in jane.get("/images/public").json()]
    assert len(john.my_images()) == 3
    for one in (number, public):
        assert john.delete(f"/images/{one}").is_success
    assert soon(lambda: str(number) not in {r["image_id"]["N"] for r in world.rows("GalleryTable")})


def publications(world: World) -> None:
    owner, same = new_person(world.api), key()

    def create() -> httpx2.Response:
        return owner.request("POST", "/api/v1/publications", json={}, headers=same)

    with world.without("PublicationsFunction", "dynamodb:PutItem", "PublicationsTable"):
        assert create().status_code == 500
    first = create()
    assert first.status_code == 201, first.text
    assert create().json() == first.json()
    publication = new_publication(owner)
    with world.failing("upload"):
        assert publication.add().status_code == 500
    assert world.is_ledger_clean()
    uris = [publication.added(seed) for seed in (1, 2)]
    assert publication.images() == uris
    gone = owner.delete(f"{publication.images_path}/{quote(uris[0], safe='')}")
    assert gone.json()["remainingImages"] == 1
    # Another system deletes the row alone: the stream takes its images along.
    world.aws("dynamodb").delete_item(
        TableName=world.stack.physical("PublicationsTable"),
        Key={"key": {"S": f"publication_{publication.id}"}},
    )
    assert soon(lambda: not _items(world, publication.id))
    mine = new_publication(owner)
    mine.added()
    assert owner.delete(f"/api/v1/publications/{mine.id}/images").is_success
    assert owner.delete(f"/api/v1/publications/{mine.id}").is_success
    assert not _items(world, mine.id)


def direct_uploads(world: World) -> None:
    """Files that go to S3 first, in every group."""
    person = new_person(world.api)
    for group in GROUPS:
        direct = new_direct(group, person)
        answer = direct.upload(picture(seed=1))
        assert answer.status_code == direct.status, answer.text
        assert httpx2.get(direct.url(answer)).status_code == 200


def _items(world: World, publication_id: str) -> list[dict[str, Any]]:
    rows = world.rows("PublicationsTable")
    return [row for row in rows if row["key"]["S"].endswith(publication_id)]
