import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2

from local.cloudinary.app import create_app
from local.cloudinary.settings import Settings
from local.serving import serving
from tests.unit.local.conftest import Cloud, StartCloud, picture


def test_assets_and_cdn_copies_survive_a_restart(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, cloud="demo", api_key="key", api_secret="abcd")
    with serving(create_app(settings)) as url:
        before = Cloud(url)
        stored = before.upload(picture("PNG"), public_id="stored", tags=["x"])
        deleted = before.upload(picture("JPEG"), public_id="deleted")
        before.destroy("deleted")
        before.http.close()
    with serving(create_app(settings)) as url:
        after = Cloud(url)
        assert after.admin("resource", "stored")["asset_id"] == stored["asset_id"]
        paths = [one["url"].removeprefix(before.url) for one in (stored, deleted)]
        assert [after.get(path).content for path in paths] == [picture("PNG"), picture("JPEG")]
        after.destroy("deleted", invalidate=True)
        assert after.get(paths[1]).status_code == 404
        after.http.close()


def test_an_asset_is_stored_as_a_content_file_and_a_json_file(
    start_cloud: StartCloud, tmp_path: Path
) -> None:
    cloud = start_cloud()
    cloud.upload(picture("PNG"), public_id="../a")
    cloud.upload(picture("JPEG"), public_id="../a")
    content, metadata = sorted(
        (tmp_path / "assets").iterdir(), key=lambda path: path.suffix == ".json"
    )
    assert content.read_bytes() == picture("JPEG")
    assert content.stem == metadata.stem
    assert json.loads(metadata.read_text())["public_id"] == "../a"


def test_a_deleted_and_invalidated_asset_leaves_no_files(
    start_cloud: StartCloud, tmp_path: Path
) -> None:
    cloud = start_cloud()
    cloud.upload(picture(), public_id="a")
    cloud.destroy("a")
    cloud.destroy("a", invalidate=True)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_concurrent_uploads_are_all_stored(cloud: Cloud) -> None:
    with ThreadPoolExecutor(20) as pool:
        responses = list(
            pool.map(
                lambda n: cloud.upload(picture(size=(n + 1, 9)), public_id=f"p/{n}"), range(20)
            )
        )
    assert [response["width"] for response in responses] == list(range(1, 21))
    assert len(cloud.admin("resources", max_results=500)["resources"]) == 20
    for n, response in enumerate(responses):
        assert cloud.get(response["url"]).content == picture(size=(n + 1, 9))


def test_concurrent_uploads_to_one_public_id_leave_one_intact_asset(cloud: Cloud) -> None:
    with ThreadPoolExecutor(20) as pool:
        responses = list(
            pool.map(lambda n: cloud.upload(picture(size=(n + 1, 9)), public_id="p"), range(20))
        )
    assert sum(not response["overwritten"] for response in responses) == 1
    assert len({response["asset_id"] for response in responses}) == 1
    (asset,) = cloud.admin("resources")["resources"]
    assert cloud.get(asset["url"]).content == picture(size=(asset["width"], 9))


def test_concurrent_uploads_without_overwrite_store_only_the_first(cloud: Cloud) -> None:
    with ThreadPoolExecutor(10) as pool:
        responses = list(
            pool.map(
                lambda n: cloud.upload(picture(size=(n + 1, 9)), public_id="p", overwrite=False),
                range(10),
            )
        )
    assert sum("existing" not in response for response in responses) == 1
    assert len({response["etag"] for response in responses}) == 1


def test_urls_have_the_host_of_the_request(cloud: Cloud) -> None:
    response = httpx2.post(
        f"{cloud.url}/v1_1/demo/image/upload",
        data={"public_id": "a"},
        files={"file": ("a.png", picture())},
        auth=("key", "abcd"),
        headers={"host": "images.local:8010"},
    )
    assert response.json()["url"].startswith("http://images.local:8010/demo/image/upload/v")
