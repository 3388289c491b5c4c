import re
from base64 import b64encode
from collections.abc import Callable
from hashlib import md5
from pathlib import Path

import cloudinary.exceptions
import cloudinary.uploader
import pytest

from tests.unit.local.conftest import Cloud, open_image, picture

DOCUMENTED_KEYS = {
    *("public_id", "version", "signature", "width", "height", "format", "resource_type"),
    *("created_at", "tags", "bytes", "type", "etag", "placeholder", "url", "secure_url"),
    *("access_mode", "overwritten", "original_filename"),
    *("asset_id", "version_id", "asset_folder", "display_name", "api_key"),
}


def test_an_upload_returns_every_documented_key(cloud: Cloud) -> None:
    content = picture("PNG", (40, 30))
    response = cloud.upload(content, public_id="stories/one")
    assert response.keys() >= DOCUMENTED_KEYS
    assert response["etag"] == md5(content).hexdigest()
    assert (response["width"], response["height"], response["bytes"]) == (40, 30, len(content))
    assert (response["format"], response["type"], response["tags"]) == ("png", "upload", [])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", response["created_at"])


def test_the_url_has_the_host_of_the_request(cloud: Cloud) -> None:
    response = cloud.upload(picture(), public_id="stories/one")
    expected = f"{cloud.url}/demo/image/upload/v{response['version']}/stories/one.png"
    assert response["url"] == response["secure_url"] == expected


@pytest.mark.parametrize(
    ("format", "extension"),
    [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp"), ("GIF", "gif"), ("AVIF", "avif")],
)
def test_the_format_is_detected_from_the_bytes(cloud: Cloud, format: str, extension: str) -> None:
    response = cloud.upload(picture(format), filename="misleading.txt")
    assert response["format"] == extension
    assert response["original_filename"] == "misleading"


def test_a_file_can_be_uploaded_by_path(cloud: Cloud, tmp_path: Path) -> None:
    path = tmp_path / "garden.png"
    path.write_bytes(picture())
    assert cloud.upload(str(path))["original_filename"] == "garden"


@pytest.mark.parametrize("size", [(40, 30), (1200, 1200)], ids=["small", "over a megabyte"])
def test_a_data_uri_can_be_uploaded(cloud: Cloud, size: tuple[int, int]) -> None:
    content = picture("BMP", size)
    uri = f"data:image/bmp;base64,{b64encode(content).decode()}"
    assert cloud.upload(uri)["etag"] == md5(content).hexdigest()


def test_an_upload_without_a_public_id_gets_a_new_one(cloud: Cloud) -> None:
    first, second = cloud.upload(picture()), cloud.upload(picture())
    assert first["public_id"] != second["public_id"]


def test_the_folder_is_a_prefix_of_the_public_id(cloud: Cloud) -> None:
    response = cloud.upload(picture(), folder="users/7", public_id="cat")
    assert (response["public_id"], response["asset_folder"]) == ("users/7/cat", "users/7")


def test_a_second_upload_replaces_the_first(cloud: Cloud) -> None:
    first = cloud.upload(picture("PNG"), public_id="same")
    second = cloud.upload(picture("JPEG"), public_id="same")
    assert (first["overwritten"], second["overwritten"]) == (False, True)
    assert first["asset_id"] == second["asset_id"]
    assert cloud.admin("resource", "same")["format"] == "jpg"


def test_an_upload_without_overwrite_keeps_the_existing_asset(cloud: Cloud) -> None:
    first = cloud.upload(picture("PNG"), public_id="same")
    second = cloud.upload(picture("JPEG"), public_id="same", overwrite=False)
    assert second["existing"] is True
    assert second["etag"] == first["etag"]
    assert cloud.get(first["url"]).content == picture("PNG")


def test_the_same_public_id_can_exist_with_each_type(cloud: Cloud) -> None:
    for type in ("upload", "private", "authenticated"):
        assert cloud.upload(picture(), public_id="same", type=type)["overwritten"] is False
    assert len(cloud.admin("resources")["resources"]) == 3


def test_tags_and_context_are_stored(cloud: Cloud) -> None:
    cloud.upload(picture(), public_id="one", tags=["a", "b"], context={"alt": "x=y|z"})
    asset = cloud.admin("resource", "one")
    assert asset["tags"] == ["a", "b"]
    assert asset["context"] == {"custom": {"alt": "x=y|z"}}


def test_phash_depends_on_the_content_and_not_on_the_size(cloud: Cloud) -> None:
    small, large, other = (
        cloud.upload(content, phash=True)["phash"]
        for content in (picture(size=(40, 30)), picture(size=(400, 300)), picture(left="black"))
    )
    assert re.fullmatch(r"[0-9a-f]{16}", small)
    assert small == large != other


def test_eager_transformations_are_described_and_delivered(cloud: Cloud) -> None:
    eager = [{"width": 20, "height": 20, "crop": "fill"}, {"width": 10, "format": "jpg"}]
    square, narrow = cloud.upload(picture(), public_id="one", eager=eager)["eager"]
    assert (square["width"], square["height"], square["format"]) == (20, 20, "png")
    assert open_image(cloud.get(square["url"]).content).size == (20, 20)
    assert open_image(cloud.get(narrow["url"]).content).format == "JPEG"
    assert len(cloud.get(narrow["url"]).content) == narrow["bytes"]


def test_an_upload_with_an_invalid_eager_transformation_stores_nothing(cloud: Cloud) -> None:
    with pytest.raises(cloudinary.exceptions.BadRequest, match="e_sepia"):
        cloud.upload(picture(), public_id="one", eager=[{"effect": "sepia"}])
    assert cloud.admin("resources")["resources"] == []


def test_destroy_reports_whether_the_asset_existed(cloud: Cloud) -> None:
    cloud.upload(picture(), public_id="one")
    assert cloud.destroy("one") == "ok"
    assert cloud.destroy("one") == "not found"


@pytest.mark.parametrize("other", [{"type": "private"}, {"resource_type": "raw"}], ids=str)
def test_destroy_affects_only_the_given_type(cloud: Cloud, other: dict[str, str]) -> None:
    cloud.upload(picture(), public_id="one")
    assert cloud.destroy("one", **other) == "not found"
    assert cloud.admin("resource", "one")["public_id"] == "one"


def test_explicit_changes_tags_and_derives_images(cloud: Cloud) -> None:
    cloud.upload(picture(), public_id="one", tags=["old"], context={"alt": "kept"})
    response = cloudinary.uploader.explicit(
        "one", type="upload", tags=["new"], eager=[{"width": 8}], **cloud.options
    )
    assert response["tags"] == ["new"]
    assert response["context"] == {"custom": {"alt": "kept"}}
    assert response["eager"][0]["width"] == 8


def test_explicit_without_an_asset_is_a_404(cloud: Cloud) -> None:
    with pytest.raises(cloudinary.exceptions.NotFound, match="Resource not found - none"):
        cloudinary.uploader.explicit("none", type="upload", **cloud.options)


def test_tags_are_added_removed_and_replaced(cloud: Cloud) -> None:
    cloud.upload(picture(), public_id="one", tags=["a"])
    uploader = cloudinary.uploader
    tags_after_change = []
    changes: list[Callable[[], dict[str, list[str]]]] = [
        lambda: uploader.add_tag("b", ["one", "none"], **cloud.options),
        lambda: uploader.remove_tag("a", ["one"], **cloud.options),
        lambda: uploader.replace_tag("c", ["one"], **cloud.options),
        lambda: uploader.remove_all_tags(["one"], **cloud.options),
    ]
    for change in changes:
        assert change()["public_ids"] == ["one"]
        tags_after_change.append(cloud.admin("resource", "one")["tags"])
    assert tags_after_change == [["a", "b"], ["b"], ["c"], []]


def test_context_is_added_and_removed(cloud: Cloud) -> None:
    cloud.upload(picture(), public_id="one", context={"alt": "x"})
    cloudinary.uploader.add_context({"caption": "y"}, ["one"], **cloud.options)
    custom = cloud.admin("resource", "one")["context"]["custom"]
    assert custom == {"alt": "x", "caption": "y"}
    cloudinary.uploader.remove_all_context(["one"], **cloud.options)
    assert "context" not in cloud.admin("resource", "one")
