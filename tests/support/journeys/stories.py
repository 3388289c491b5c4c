"""Stories, in either contract."""

from contextlib import AbstractContextManager

import httpx2

from tests.support.images import picture
from tests.support.journeys.world import World, key, soon
from tests.support.stories import V1, V2, Contract, Stories


def stories_v1(world: World) -> None:
    paths = _stories(world, V1, world.without("StoriesV1Function", "s3:PutObject", "stories"))
    where = {
        "Bucket": world.stack.physical("ImagesBucket"),
        "Prefix": paths[0].removeprefix("/images/"),
    }
    assert soon(lambda: world.aws("s3").list_objects_v2(**where)["KeyCount"] == 0)


def stories_v2(world: World) -> None:
    urls = _stories(world, V2, world.failing("upload"))
    assert soon(lambda: world.cloudinary.get(urls[0]).status_code == 404)


def clean_up_in_trouble(world: World) -> None:
    """What the store would not destroy is destroyed later."""
    client = Stories(world.api, V2)
    story = client.upload()
    with world.failing("destroy", calls=3):
        client.delete(story.story_id)
        assert soon(lambda: world.cloudinary.get(story.urls[0]).status_code == 404)


def _stories(world: World, contract: Contract, trouble: AbstractContextManager[None]) -> list[str]:
    """Everything once; the places of a story that is deleted then."""
    client, same = Stories(world.api, contract), key()

    def post() -> httpx2.Response:
        parts = {"files": ("a.jpg", picture(), "image/jpeg")}
        return world.api.post(f"{client.base}/upload", files=parts, headers=same)

    with trouble:
        assert post().status_code == 500
    assert world.is_ledger_clean()
    first = post()
    assert first.status_code == 200
    assert post().json() == first.json()
    story_id, urls = first.json()["story_id"], first.json()[contract.uploaded]
    assert world.api.get(urls[0], follow_redirects=True).status_code == 200
    assert story_id in client.ids()
    assert client.get(story_id).status_code == 200
    assert client.delete(story_id).status_code == 200
    client.upload()
    assert client.delete_all().status_code == 200
    table = "StoriesV1Table" if contract is V1 else "StoriesV2Table"
    assert soon(lambda: not world.named_by(table))
    return [str(url) for url in urls]


def clean_up_v1(world: World) -> None:
    _clean_up(world, V1, "StoriesV1")


def clean_up_v2(world: World) -> None:
    _clean_up(world, V2, "StoriesV2")


def _clean_up(world: World, contract: Contract, name: str) -> None:
    """Rows that a delete-all did not come to are removed by the queue's reader."""
    client, table = Stories(world.api, contract), world.stack.physical(f"{name}Table")
    client.delete_all()
    client.upload()
    (row,) = world.named_by(f"{name}Table")
    client.delete_all()
    world.aws("dynamodb").put_item(TableName=table, Item=row)
    assert client.ids() == []

    world.invoke(f"{name}CleanupFunction", {"Records": []})

    assert not world.named_by(f"{name}Table")
