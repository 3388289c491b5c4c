"""Stories of both contracts."""

from contextlib import AbstractContextManager

import httpx2

from tests.support.images import picture
from tests.support.journeys.deployment import Deployment, idempotency_key, soon
from tests.support.stories import V1, V2, Stories, StoriesContract


def stories_v1(deployment: Deployment) -> None:
    paths = _stories(
        deployment,
        V1,
        deployment.permission_revoked("StoriesV1Function", "s3:PutObject", "stories"),
    )
    listing = {
        "Bucket": deployment.stack.physical("ImagesBucket"),
        "Prefix": paths[0].removeprefix("/images/"),
    }
    assert soon(lambda: deployment.aws("s3").list_objects_v2(**listing)["KeyCount"] == 0)


def stories_v2(deployment: Deployment) -> None:
    urls = _stories(deployment, V2, deployment.failing("upload"))
    assert soon(lambda: deployment.cloudinary.get(urls[0]).status_code == 404)


def clean_up_with_failures(deployment: Deployment) -> None:
    """Images that the store fails to destroy are destroyed later."""
    client = Stories(deployment.api, V2)
    story = client.upload()
    with deployment.failing("destroy", calls=3):
        client.delete(story.story_id)
        assert soon(lambda: deployment.cloudinary.get(story.urls[0]).status_code == 404)


def _stories(
    deployment: Deployment, contract: StoriesContract, failure: AbstractContextManager[None]
) -> list[str]:
    """Make every call once; return the URLs or paths of a deleted story's images."""
    client, headers = Stories(deployment.api, contract), idempotency_key()

    def post() -> httpx2.Response:
        parts = {"files": ("a.jpg", picture(), "image/jpeg")}
        return deployment.api.post(f"{client.base}/upload", files=parts, headers=headers)

    with failure:
        assert post().status_code == 500
    assert deployment.is_ledger_clean()
    first = post()
    assert first.status_code == 200
    assert post().json() == first.json()
    story_id, urls = first.json()["story_id"], first.json()[contract.upload_field]
    assert deployment.api.get(urls[0], follow_redirects=True).status_code == 200
    assert story_id in client.ids()
    assert client.get(story_id).status_code == 200
    assert client.delete(story_id).status_code == 200
    client.upload()
    assert client.delete_all().status_code == 200
    table = "StoriesV1Table" if contract is V1 else "StoriesV2Table"
    assert soon(lambda: not deployment.rows_with_assets(table))
    return [str(url) for url in urls]


def clean_up_v1(deployment: Deployment) -> None:
    _clean_up(deployment, V1, "StoriesV1")


def clean_up_v2(deployment: Deployment) -> None:
    _clean_up(deployment, V2, "StoriesV2")


def _clean_up(deployment: Deployment, contract: StoriesContract, name: str) -> None:
    """The purge removes rows that a delete-all has hidden but not removed."""
    client, table = Stories(deployment.api, contract), deployment.stack.physical(f"{name}Table")
    client.delete_all()
    client.upload()
    (row,) = deployment.rows_with_assets(f"{name}Table")
    client.delete_all()
    deployment.aws("dynamodb").put_item(TableName=table, Item=row)
    assert client.ids() == []

    deployment.invoke(f"{name}CleanupFunction", {"Records": []})

    assert not deployment.rows_with_assets(f"{name}Table")
