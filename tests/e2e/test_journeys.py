"""The gateway and the stories API over HTTP, on the whole stack."""

import subprocess
from pathlib import Path

import httpx2
import pytest

from tests.support.images import noise, picture
from tests.support.stories import V2, Stories, file_parts

ERROR_FIELDS = {"detail", "error", "code", "details", "status", "message"}
MIB = 1024 * 1024


def test_the_curl_commands_of_the_stories_v2_contract_succeed(
    api: httpx2.Client, tmp_path: Path
) -> None:
    pictures = [picture("JPEG", (640, 480), seed) for seed in (1, 2)]
    for number, content in enumerate(pictures, start=1):
        (tmp_path / f"image{number}.jpg").write_bytes(content)
    base = str(api.base_url.join("/api/v2/images"))

    uploaded = httpx2.Response(
        200,
        content=curl(
            tmp_path,
            "-X",
            "POST",
            f"{base}/upload",
            "-H",
            "Content-Type: multipart/form-data",
            "-F",
            "files=@image1.jpg",
            "-F",
            "files=@image2.jpg",
        ),
    ).json()
    story_id = uploaded["story_id"]

    assert uploaded["image_count"] == 2
    assert [httpx2.get(url).content for url in uploaded["image_urls"]] == pictures
    assert story_id.encode() in curl(tmp_path, f"{base}/{story_id}")
    assert story_id.encode() in curl(tmp_path, base)
    assert story_id.encode() in curl(tmp_path, f"{base}/story-ids")
    assert curl(tmp_path, "-X", "DELETE", f"{base}/{story_id}") == (
        f'{{"message":"Successfully deleted all images for story {story_id}"}}'.encode()
    )
    assert curl(tmp_path, "-X", "DELETE", base) == b'{"message":"Successfully deleted all images"}'


def test_the_gateway_accepts_four_mebibytes(api: httpx2.Client) -> None:
    response = api.post(f"{V2.base}/upload", files=file_parts(noise(4 * MIB)))

    assert response.status_code == 200


@pytest.mark.parametrize("size", [5 * MIB, 11 * 1000 * 1000])
def test_the_gateway_rejects_more_than_a_lambda_event_holds(api: httpx2.Client, size: int) -> None:
    api.delete(V2.base)

    response = api.post(f"{V2.base}/upload", files=file_parts(noise(size)))

    assert response.status_code == 413
    assert set(response.json()) == ERROR_FIELDS
    assert "direct upload" in response.json()["detail"]
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert Stories(api, V2).urls() == []


@pytest.mark.parametrize("path", ["/", "/nowhere", V2.base, f"{V2.base}/upload"])
def test_a_preflight_succeeds_without_a_token(api: httpx2.Client, path: str) -> None:
    headers = {"Origin": "https://example.org", "Access-Control-Request-Method": "DELETE"}

    response = api.options(path, headers=headers)

    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "DELETE" in response.headers["Access-Control-Allow-Methods"]


def test_links_to_the_next_page_contain_no_stage(api: httpx2.Client) -> None:
    for seed in (1, 2):
        api.post(f"{V2.base}/upload", files=file_parts(picture(seed=seed)))

    link = api.get(f"{V2.base}?limit=1").links["next"]["url"]

    assert link.startswith(f"{V2.base}?")
    assert len(api.get(link).json()) == 1


def curl(folder: Path, *arguments: str) -> bytes:
    command = ["curl", "--silent", "--show-error", *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True).stdout
