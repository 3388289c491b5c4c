"""Users: their accounts, images, shares and publications."""

from typing import Any
from urllib.parse import quote

import httpx2

from tests.support import gallery
from tests.support.direct_uploads import GROUPS, direct_upload_client
from tests.support.gallery import new_user
from tests.support.images import picture
from tests.support.journeys.deployment import Deployment, idempotency_key, soon
from tests.support.publications import new_publication


def accounts(deployment: Deployment) -> None:
    def pool_users(name: str) -> list[Any]:
        pool = deployment.stack.physical("UserPool")
        users = deployment.aws("cognito-idp").list_users(UserPoolId=pool)["Users"]
        return [user for user in users if user["Username"] == name]

    name = gallery.new_name()
    with deployment.permission_revoked(
        "AuthFunction", "cognito-idp:AdminSetUserPassword", "userpool"
    ):
        assert gallery.register(deployment.api, name).status_code == 500
    assert pool_users(name) == []
    assert gallery.register(deployment.api, name).status_code == 201
    assert gallery.register(deployment.api, name).status_code == 400
    assert gallery.log_in(deployment.api, name).status_code == 200


def abandoned_registration(deployment: Deployment) -> None:
    """A registration that died between two steps does not reserve its name forever."""
    name = gallery.new_name()
    cognito, pool = deployment.aws("cognito-idp"), deployment.stack.physical("UserPool")
    cognito.admin_create_user(UserPoolId=pool, Username=name, MessageAction="SUPPRESS")
    row = {
        "key": f"username#{name}",
        "username": name,
        "registration": "abandoned",
        "pending_until": "2020-01-01T00:00:00.000000Z",
    }
    deployment.aws("dynamodb").put_item(
        TableName=deployment.stack.physical("UsersTable"),
        Item={attribute: {"S": text} for attribute, text in row.items()},
    )

    assert gallery.register(deployment.api, name).status_code == 201
    assert gallery.log_in(deployment.api, name).status_code == 200


def user_of_the_pool(deployment: Deployment) -> None:
    """A user who exists only in the user pool can start with any call."""
    for path in ("/images/my-images", "/sharing/shared-with-me"):
        name, cognito = gallery.new_name(), deployment.aws("cognito-idp")
        user = {"UserPoolId": deployment.stack.physical("UserPool"), "Username": name}
        cognito.admin_create_user(**user, MessageAction="SUPPRESS")
        cognito.admin_set_user_password(**user, Password=gallery.PASSWORD, Permanent=True)
        token = gallery.log_in(deployment.api, name).json()["access_token"]

        response = deployment.api.get(path, headers={"Authorization": f"Bearer {token}"})

        assert (response.status_code, response.json()) == (200, [])


def sharing(deployment: Deployment) -> None:
    john, jane = new_user(deployment.api), new_user(deployment.api)
    headers = idempotency_key()
    with deployment.failing("upload"):
        assert john.post_image(headers=headers).status_code == 500
    assert deployment.is_ledger_clean()
    first = john.post_image(headers=headers)
    assert first.status_code == 201, first.text
    assert john.post_image(headers=headers).json() == first.json()
    private = john.upload(visibility="private")["image_id"]
    assert jane.get(f"/images/{private}").status_code == 403
    assert john.share(private, jane.username).is_success
    assert john.unshare(private, jane.user_id).is_success
    assert john.share(private, jane.username).is_success
    assert jane.get(f"/images/{private}").status_code == 200
    assert private in [image["image_id"] for image in jane.shared_with_me()]
    assert private in [image["image_id"] for image in john.shared_by_me()]
    public = john.upload(visibility="public")["image_id"]
    assert public in [image["image_id"] for image in jane.get("/images/public").json()]
    assert len(john.my_images()) == 3
    for image_id in (private, public):
        assert john.delete(f"/images/{image_id}").is_success
    assert soon(
        lambda: str(private) not in {r["image_id"]["N"] for r in deployment.rows("GalleryTable")}
    )


def publications(deployment: Deployment) -> None:
    owner, headers = new_user(deployment.api), idempotency_key()

    def create() -> httpx2.Response:
        return owner.request("POST", "/api/v1/publications", json={}, headers=headers)

    with deployment.permission_revoked(
        "PublicationsFunction", "dynamodb:PutItem", "PublicationsTable"
    ):
        assert create().status_code == 500
    first = create()
    assert first.status_code == 201, first.text
    assert create().json() == first.json()
    publication = new_publication(owner)
    with deployment.failing("upload"):
        assert publication.add().status_code == 500
    assert deployment.is_ledger_clean()
    uris = [publication.upload(seed) for seed in (1, 2)]
    assert publication.images() == uris
    deleted = owner.delete(f"{publication.images_path}/{quote(uris[0], safe='')}")
    assert deleted.json()["remainingImages"] == 1
    # Another system deletes only the publication's row; the stream removes its images.
    deployment.aws("dynamodb").delete_item(
        TableName=deployment.stack.physical("PublicationsTable"),
        Key={"key": {"S": f"publication_{publication.id}"}},
    )
    assert soon(lambda: not _rows(deployment, publication.id))
    publication = new_publication(owner)
    publication.upload()
    assert owner.delete(f"/api/v1/publications/{publication.id}/images").is_success
    assert owner.delete(f"/api/v1/publications/{publication.id}").is_success
    assert not _rows(deployment, publication.id)


def direct_uploads(deployment: Deployment) -> None:
    """A direct upload in every group."""
    user = new_user(deployment.api)
    for group in GROUPS:
        direct = direct_upload_client(group, user)
        response = direct.upload(picture(seed=1))
        assert response.status_code == direct.status, response.text
        assert httpx2.get(direct.image_url(response)).status_code == 200


def _rows(deployment: Deployment, publication_id: str) -> list[dict[str, Any]]:
    rows = deployment.rows("PublicationsTable")
    return [row for row in rows if row["key"]["S"].endswith(publication_id)]
