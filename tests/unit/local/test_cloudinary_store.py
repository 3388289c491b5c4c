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
        kept = before.upload(picture("PNG"), public_id="kept", tags=["x"])
        gone = before.upload(picture("JPEG"), public_id="gone")
        before.destroy("gone")
        before.http.close()
    with serving(create_app(settings)) as url:
        after = Cloud(url)
        assert after.admin("resource", "kept")["asset_id"] == kept["asset_id"]
        paths = [one["url"].removeprefix(before.url) for one in (kept, gone)]
        assert [after.get(path).content for path in paths] == [picture("PNG"), picture("JPEG")]
        after.destroy("gone", invalidate=True)
        assert after.get(paths[1]).status_code == 404
        after.http.close()


def test_an_asset_is_its_bytes_and_a_json_side_by_side(
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


def test_nothing_is_left_of_what_is_deleted(start_cloud: StartCloud, tmp_path: Path) -> None:
    cloud = start_cloud()
    cloud.upload(picture(), public_id="a")
    cloud.destroy("a")
    cloud.destroy("a", invalidate=True)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_twenty_uploads_at_once_are_all_kept(cloud: Cloud) -> None:
    with ThreadPoolExecutor(20) as pool:
        answers = list(
            pool.map(
                lambda n: cloud.upload(picture(size=(n + 1, 9)), public_id=f"p/{n}"), range(20)
            )
        )
    assert [answer["width"] for answer in answers] == list(range(1, 21))
    assert len(cloud.admin("resources", max_results=500)["resources"]) == 20
    for n, answer in enumerate(answers):
        assert cloud.get(answer["url"]).content == picture(size=(n + 1, 9))


def test_one_public_id_written_twenty_times_at_once_stays_whole(cloud: Cloud) -> None:
    with ThreadPoolExecutor(20) as pool:
        answers = list(
            pool.map(lambda n: cloud.upload(picture(size=(n + 1, 9)), public_id="p"), range(20))
        )
    assert sum(not answer["overwritten"] for answer in answers) == 1
    assert len({answer["asset_id"] for answer in answers}) == 1
    (asset,) = cloud.admin("resources")["resources"]
    assert cloud.get(asset["url"]).content == picture(size=(asset["width"], 9))


def test_only_one_of_many_wins_without_overwrite(cloud: Cloud) -> None:
    with ThreadPoolExecutor(10) as pool:
        answers = list(
            pool.map(
                lambda n: cloud.upload(picture(size=(n + 1, 9)), public_id="p", overwrite=False),
                range(10),
            )
        )
    assert sum("existing" not in answer for answer in answers) == 1
    assert len({answer["etag"] for answer in answers}) == 1


def test_a_host_name_is_taken_over_into_urls(cloud: Cloud) -> None:
    answer = httpx2.post(
        f"{cloud.url}/v1_1/demo/image/upload",
        data={"public_id": "a"},
        files={"file": ("a.png", picture())},
        auth=("key", "abcd"),
        headers={"host": "images.local:8010"},
    )
    assert answer.json()["url"].startswith("http://images.local:8010/demo/image/upload/v")
