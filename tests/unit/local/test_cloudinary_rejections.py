import time

import cloudinary.exceptions
import cloudinary.utils
import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.local.conftest import Cloud, StartCloud, picture

UPLOAD = "/v1_1/demo/image/upload"


def sign(secret: str = "abcd", **params: str) -> dict[str, str]:
    params = {"timestamp": str(int(time.time()))} | params
    return params | {
        "api_key": "key",
        "signature": cloudinary.utils.api_sign_request(params, secret),
    }


def post(cloud: Cloud, data: dict[str, str], content: bytes | None = None) -> httpx2.Response:
    files = {"file": ("a.png", picture() if content is None else content)}
    return cloud.http.post(UPLOAD, data=data, files=files)


def assert_rejected(response: httpx2.Response, status: int, message: str) -> None:
    assert response.status_code == status
    assert response.json() == {"error": {"message": message}}
    assert response.headers["x-cld-error"] == message


def test_an_unknown_key_is_rejected(cloud: Cloud) -> None:
    response = post(cloud, sign() | {"api_key": "other"})
    assert_rejected(response, 401, "Unknown API key other")


def test_a_wrong_signature_is_rejected_with_the_string_to_sign(cloud: Cloud) -> None:
    data = sign(secret="wrong", public_id="a", tags="x&y")
    assert_rejected(
        post(cloud, data),
        401,
        f"Invalid Signature {data['signature']}. String to sign - "
        f"'public_id=a&tags=x%26y&timestamp={data['timestamp']}'.",
    )


def test_an_unsigned_parameter_invalidates_the_signature(cloud: Cloud) -> None:
    assert post(cloud, sign() | {"public_id": "smuggled"}).status_code == 401


def test_a_stale_request_is_rejected(cloud: Cloud) -> None:
    response = post(cloud, sign(timestamp="1380815663"))
    assert_rejected(
        response,
        400,
        "Stale request - reported time is 2013-10-03 15:54:23 +0000 which is more than 1 hour ago",
    )


@pytest.mark.parametrize("timestamp", ["soon", "-1", "9" * 5000])
def test_an_invalid_timestamp_is_rejected(cloud: Cloud, timestamp: str) -> None:
    response = post(cloud, sign(timestamp=timestamp))
    assert_rejected(response, 400, "Invalid value for parameter timestamp")


def test_unsigned_uploads_are_rejected(cloud: Cloud) -> None:
    assert_rejected(
        post(cloud, {}), 400, "Upload preset must be specified when using unsigned upload"
    )
    assert_rejected(post(cloud, {"upload_preset": "open"}), 400, "Upload preset not found")


def test_another_cloud_is_rejected(cloud: Cloud) -> None:
    with pytest.raises(cloudinary.exceptions.AuthorizationRequired, match="Invalid cloud_name"):
        cloud.upload(picture(), cloud_name="elsewhere")


def test_an_upload_without_a_file_is_rejected(cloud: Cloud) -> None:
    # Without bytes, the SDK sends no file part.
    with pytest.raises(cloudinary.exceptions.BadRequest) as caught:
        cloud.upload(b"")
    assert str(caught.value) == "Missing required parameter - file"


@pytest.mark.parametrize(
    "content",
    [b"plain text", b"<svg/>", picture()[:60], picture("JPEG")[:-200]],
    ids=["text", "svg", "truncated png", "truncated jpeg"],
)
def test_a_file_that_cannot_be_decoded_is_rejected(cloud: Cloud, content: bytes) -> None:
    assert_rejected(post(cloud, sign(), content), 400, "Invalid image file")


def test_a_large_file_is_rejected(cloud: Cloud) -> None:
    response = post(cloud, sign(), bytes(10_485_761))
    assert response.status_code == 400
    assert response.json()["error"]["message"].startswith(
        "File size too large. Got 10485761. Maximum is 10485760. Upgrade your plan"
    )


def test_too_many_pixels_are_rejected(start_cloud: StartCloud) -> None:
    cloud = start_cloud(max_pixels=1_000_000)
    response = post(cloud, sign(), picture(size=(1001, 1000)))
    assert_rejected(response, 400, "Maximum image size is 1 Megapixels. Requested 1.00 Megapixels")


def test_a_decompression_bomb_is_rejected_before_decoding(cloud: Cloud) -> None:
    bomb = bytearray(picture("BMP"))
    bomb[18:26] = (100_000).to_bytes(4, "little") * 2
    response = post(cloud, sign(), bytes(bomb))
    message = "Maximum image size is 25 Megapixels. Requested 10000.00 Megapixels"
    assert_rejected(response, 400, message)


@pytest.mark.parametrize(("allowed", "status"), [("png,jpg", 400), ("webp", 200), ("gif", 400)])
def test_only_allowed_formats_are_accepted(cloud: Cloud, allowed: str, status: int) -> None:
    assert post(cloud, sign(allowed_formats=allowed), picture("WEBP")).status_code == status


def test_jpeg_is_an_alias_of_jpg(cloud: Cloud) -> None:
    assert cloud.upload(picture("JPEG"), allowed_formats=["jpeg"])["format"] == "jpg"


@pytest.mark.parametrize("remote", ["http://127.0.0.1/a.png", "s3://bucket/a.png"])
def test_remote_files_are_not_fetched(cloud: Cloud, remote: str) -> None:
    with pytest.raises(cloudinary.exceptions.BadRequest, match="Fetching remote files"):
        cloud.upload(remote)


@pytest.mark.parametrize("public_id", ["a?b", "a%2e", "a\\b", "v12/a", "x" * 256, "a\nb"])
def test_a_forbidden_public_id_is_rejected(cloud: Cloud, public_id: str) -> None:
    with pytest.raises(cloudinary.exceptions.BadRequest, match="is invalid"):
        cloud.upload(picture(), public_id=public_id)


def test_an_unknown_type_is_rejected(cloud: Cloud) -> None:
    with pytest.raises(cloudinary.exceptions.BadRequest, match="Invalid type fetch"):
        cloud.upload(picture(), type="fetch")


def test_only_images_are_accepted(cloud: Cloud) -> None:
    with pytest.raises(cloudinary.exceptions.BadRequest, match="Only images"):
        cloud.upload(picture(), resource_type="video")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", UPLOAD, 404), ("POST", "/v1_1/demo/image/rename", 404), ("PUT", "/_faults", 405)],
)
def test_unknown_routes_return_cloudinary_s_error_format(
    cloud: Cloud, method: str, path: str, status: int
) -> None:
    response = cloud.http.request(method, path)
    assert response.status_code == status
    assert response.json()["error"]["message"]


FORM = "application/x-www-form-urlencoded"
MALFORMED_REQUESTS: dict[str, tuple[bytes, dict[str, bytes | str]]] = {
    "truncated json": (b"{", {"content-type": "application/json"}),
    "json list": (b"[1]", {"content-type": "application/json"}),
    "lone surrogate": (
        rb'{"api_key": "\ud800", "signature": [1, {"a": "\udc00"}], "timestamp": 1e999}',
        {"content-type": "application/json"},
    ),
    "no boundary": (b"x", {"content-type": "multipart/form-data"}),
    "no name": (b"--b\r\n\r\n", {"content-type": "multipart/form-data; boundary=b"}),
    "not utf-8": (b"%ff=%ff&=&a&signature=\xff&api_key=key", {"content-type": FORM}),
    "non-ascii credentials": (b"", {"authorization": b"Basic \xc3\xb1"}),
}


@pytest.mark.parametrize(
    ("content", "headers"), MALFORMED_REQUESTS.values(), ids=MALFORMED_REQUESTS
)
def test_malformed_requests_are_client_errors(
    cloud: Cloud, content: bytes, headers: dict[str, str]
) -> None:
    response = cloud.http.post(UPLOAD, content=content, headers=headers)
    assert 400 <= response.status_code < 500
    assert response.json()["error"]["message"]


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    params=st.dictionaries(
        st.sampled_from(
            ["public_id", "folder", "type", "tags", "context", "eager", "allowed_formats"]
        ),
        st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
    )
)
def test_any_parameter_is_accepted_or_rejected_without_a_crash(
    cloud: Cloud, params: dict[str, str]
) -> None:
    response = cloud.http.post(
        UPLOAD, data=params, files={"file": ("ñ.png", picture())}, auth=("key", "abcd")
    )
    assert response.status_code in {200, 400}, response.text
    if response.status_code == 200:
        assert cloud.get(response.json()["url"]).content == picture()
