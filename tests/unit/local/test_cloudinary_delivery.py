from io import BytesIO
from pathlib import Path

import cloudinary.uploader
import httpx2
import pytest
from PIL import Image

from tests.unit.local.conftest import Cloud, StartCloud, open_image, picture

RED, BLUE, WHITE = (255, 0, 0), (0, 0, 255), (255, 255, 255)


def test_the_bytes_are_delivered_unchanged(cloud: Cloud) -> None:
    response = cloud.get(cloud.upload(picture("JPEG"), public_id="a/b")["url"])
    assert response.content == picture("JPEG")
    assert response.headers["content-type"] == "image/jpeg"
    assert response.headers["access-control-allow-origin"] == "*"


def test_an_image_is_found_with_and_without_version_and_extension(cloud: Cloud) -> None:
    cloud.upload(picture(), public_id="a.b/c.d")
    for path in ("v1/a.b/c.d.png", "a.b/c.d.png", "a.b/c.d", "v99/a.b/c.d"):
        assert cloud.get(f"/demo/image/upload/{path}").content == picture()


@pytest.mark.parametrize(
    "public_id", ["../../a", "a b/ñ~(x)", "..", "日本/語", "a,b:c;d", ".json", "x" * 255]
)
def test_files_of_unusual_public_ids_are_in_the_data_folder(
    start_cloud: StartCloud, public_id: str, tmp_path: Path
) -> None:
    cloud = start_cloud(data=tmp_path / "deep" / "data")
    response = cloud.upload(picture(), public_id=public_id)
    assert response["public_id"] == public_id
    assert cloud.admin("resources", prefix=public_id)["resources"][0]["url"] == response["url"]
    folders = {path.parent for path in tmp_path.rglob("*") if path.is_file()}
    assert folders == {tmp_path / "deep" / "data" / "assets"}


def test_a_matching_etag_returns_304(cloud: Cloud) -> None:
    url = cloud.upload(picture(), public_id="a")["url"]
    etag = cloud.get(url).headers["etag"]
    response = cloud.get(url, if_none_match=etag)
    assert (response.status_code, response.content) == (304, b"")
    assert cloud.get(url, if_none_match='"another"').status_code == 200


def test_head_returns_the_length_without_a_body(cloud: Cloud) -> None:
    response = cloud.http.head(cloud.upload(picture())["url"])
    assert response.headers["content-length"] == str(len(picture()))
    assert response.content == b""


def test_an_unknown_image_is_a_404_with_its_message_in_a_header(cloud: Cloud) -> None:
    response = cloud.get("/demo/image/upload/v1/a/none.jpg")
    assert response.status_code == 404
    assert response.headers["x-cld-error"] == "Resource not found - a/none"


def test_another_cloud_name_is_rejected(cloud: Cloud) -> None:
    assert cloud.get("/elsewhere/image/upload/v1/a.jpg").status_code == 401


@pytest.mark.parametrize(
    ("steps", "size"),
    [
        ("w_20", (20, 10)),
        ("h_20", (40, 20)),
        ("w_0.5", (20, 10)),
        ("c_scale,h_50,w_10", (10, 50)),
        ("c_fill,h_10,w_10", (10, 10)),
        ("c_fit,h_100,w_80", (80, 40)),
        ("c_limit,h_100,w_80", (40, 20)),
        ("c_limit,w_10", (10, 5)),
        ("c_pad,h_40,w_40", (40, 40)),
        ("c_crop,h_10,w_30", (30, 10)),
        ("c_crop,h_99,w_30", (30, 20)),
        ("c_fill,h_20,w_20/c_scale,w_5", (5, 5)),
        ("fl_strip_profile", (40, 20)),
        ("q_auto:good,w_1", (1, 1)),
    ],
)
def test_a_transformation_produces_the_requested_size(
    cloud: Cloud, steps: str, size: tuple[int, int]
) -> None:
    cloud.upload(picture(size=(40, 20)), public_id="a/b")
    image = open_image(cloud.get(f"/demo/image/upload/{steps}/v1/a/b.png").content)
    assert (image.size, image.format) == (size, "PNG")


def pixel_colours(cloud: Cloud, steps: str, *points: tuple[int, int]) -> list[object]:
    image = open_image(cloud.get(f"/demo/image/upload/{steps}/v1/a.png").content).convert("RGB")
    return [image.getpixel(point) for point in points]


def test_each_crop_mode_selects_its_part_of_the_image(cloud: Cloud) -> None:
    cloud.upload(picture(size=(40, 20)), public_id="a")
    assert pixel_colours(cloud, "c_fill,h_20,w_20", (0, 0), (19, 19)) == [RED, BLUE]
    assert pixel_colours(cloud, "c_crop,h_4,w_4", (0, 0), (3, 3)) == [RED, BLUE]
    padded = pixel_colours(cloud, "c_pad,h_40,w_40", (0, 0), (0, 20), (39, 20), (39, 39))
    assert padded == [WHITE, RED, BLUE, WHITE]


def test_transparency_becomes_white_in_a_jpeg(cloud: Cloud) -> None:
    buffer = BytesIO()
    Image.new("RGBA", (8, 8), (255, 0, 0, 0)).save(buffer, "PNG")
    cloud.upload(buffer.getvalue(), public_id="glass")
    image = open_image(cloud.get("/demo/image/upload/v1/glass.jpg").content)
    assert image.getpixel((4, 4)) == WHITE


@pytest.mark.parametrize(
    ("path", "accept", "media_type"),
    [
        ("f_jpg/v1/a.png", "*/*", "image/jpeg"),
        ("f_webp/v1/a", "*/*", "image/webp"),
        ("v1/a.jpeg", "*/*", "image/jpeg"),
        ("f_auto,q_80/v1/a.png", "image/avif,image/webp,*/*", "image/webp"),
        ("f_auto/v1/a.png", "image/png,*/*", "image/png"),
    ],
)
def test_the_image_has_the_requested_format(
    cloud: Cloud, path: str, accept: str, media_type: str
) -> None:
    cloud.upload(picture(), public_id="a")
    response = cloud.get(f"/demo/image/upload/{path}", accept=accept)
    assert response.headers["content-type"] == media_type
    assert Image.MIME[open_image(response.content).format or ""] == media_type


def test_a_derived_image_is_rotated_upright_and_has_no_metadata(cloud: Cloud) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "A camera"
    buffer = BytesIO()
    open_image(picture(size=(40, 20))).save(buffer, "JPEG", exif=exif, icc_profile=b"colours")
    cloud.upload(buffer.getvalue(), public_id="a")
    image = open_image(cloud.get("/demo/image/upload/fl_strip_profile/v1/a.png").content)
    assert image.size == (20, 40)
    assert not image.getexif()
    assert "icc_profile" not in image.info


@pytest.mark.parametrize(
    "steps",
    ["e_sepia", "w_0", "w_x", "w_-5", "c_spin,w_5", "w_5,zz_1", "f_exe", "q_101", "w_٣", "w_5,"],
)
def test_an_unknown_transformation_is_rejected(cloud: Cloud, steps: str) -> None:
    cloud.upload(picture(), public_id="a")
    response = cloud.get(f"/demo/image/upload/{steps}/v1/a.png")
    assert response.status_code == 400
    assert response.headers["x-cld-error"].startswith("Invalid transformation parameter -")


def test_the_pixel_limit_applies_to_derived_images(cloud: Cloud) -> None:
    cloud.upload(picture(), public_id="a")
    response = cloud.get("/demo/image/upload/c_scale,h_9000,w_9000/v1/a.png")
    assert response.status_code == 400
    assert "Requested 81.00 Megapixels" in response.headers["x-cld-error"]


@pytest.mark.parametrize("type", ["private", "authenticated"])
def test_a_private_or_authenticated_image_requires_its_signature(cloud: Cloud, type: str) -> None:
    url = cloud.upload(picture(), public_id="a/b", type=type)["url"]
    signature = url.split("--")[1]
    assert len(signature) == 8
    assert cloud.get(url).content == picture()
    for wrong in (
        url.replace(f"s--{signature}--/", ""),
        url.replace(signature, "AAAAAAAA"),
        url.replace("a/b.png", "a/b.jpg"),
    ):
        response = cloud.get(wrong)
        assert (response.status_code, response.content) == (401, b"")
        assert response.headers["x-cld-error"] == "Invalid signature"


def test_a_wrong_signature_is_rejected_even_for_a_public_image(cloud: Cloud) -> None:
    cloud.upload(picture(), public_id="a")
    assert cloud.get("/demo/image/upload/s--AAAAAAAA--/v1/a.png").status_code == 401
    assert cloud.get(cloud.signed_url("a", format="png")).content == picture()


@pytest.mark.parametrize(("type", "status"), [("private", 200), ("authenticated", 401)])
def test_derived_images_require_a_signature_only_if_authenticated(
    cloud: Cloud, type: str, status: int
) -> None:
    cloud.upload(picture(), public_id="a", type=type)
    assert cloud.get(f"/demo/image/{type}/w_10/v1/a.png").status_code == status


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"long_url_signature": True},
        {"signature_algorithm": "sha256"},
        {"width": 10, "crop": "scale"},
    ],
    ids=str,
)
def test_urls_signed_by_the_sdk_are_accepted(cloud: Cloud, options: dict[str, object]) -> None:
    cloud.upload(picture(), public_id="a/ñ b", type="authenticated")
    url = cloud.signed_url("a/ñ b", type="authenticated", format="png", **options)
    assert cloud.get(url).status_code == 200
    assert cloud.get(url.replace("s--", "s--x", 1)).status_code == 401


def test_a_deleted_asset_is_delivered_until_it_is_invalidated(cloud: Cloud) -> None:
    url = cloud.upload(picture(), public_id="a")["url"]
    cloud.destroy("a")
    assert cloud.get(url).content == picture()
    assert cloud.get(url.replace("/v", "/w_10/v")).status_code == 200
    assert cloud.destroy("a", invalidate=True) == "not found"
    assert cloud.get(url).status_code == 404


def test_an_asset_deleted_with_invalidation_is_a_404(cloud: Cloud) -> None:
    url = cloud.upload(picture(), public_id="a")["url"]
    assert cloud.get(url).status_code == 200
    cloud.destroy("a", invalidate=True)
    assert cloud.get(url).status_code == 404


@pytest.mark.parametrize("method", ["explicit", "upload"])
def test_upload_explicit_and_destroy_can_invalidate_the_cdn(cloud: Cloud, method: str) -> None:
    cloud.upload(picture("PNG"), public_id="a")
    cloud.destroy("a")
    url = cloud.upload(picture("WEBP"), public_id="a", invalidate=method == "upload")["url"]
    if method == "explicit":
        cloudinary.uploader.explicit("a", type="upload", invalidate=True, **cloud.options)
    assert cloud.get(url).content == picture("WEBP")
    cloud.admin("delete_resources", ["a"])
    cloud.destroy("a", invalidate=True)
    assert cloud.get(url).status_code == 404


def test_the_cdn_requires_the_signature_of_a_deleted_authenticated_image(cloud: Cloud) -> None:
    url = cloud.upload(picture(), public_id="a", type="authenticated")["url"]
    cloud.destroy("a", type="authenticated")
    assert cloud.get(url).status_code == 200
    assert cloud.get("/demo/image/authenticated/v1/a.png").status_code == 401


def test_malformed_paths_are_client_errors(cloud: Cloud) -> None:
    for path in ("%00", "%0d%0a", "s----/x", "w_5/", "v1/", "%ff.jpg", "//..//x", "ñ.png", ".jpg"):
        response: httpx2.Response = cloud.get(f"/demo/image/upload/{path}")
        assert 400 <= response.status_code < 500, path
        assert response.headers["x-cld-error"]
