import time

import cloudinary.exceptions
import cloudinary.utils
import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.local.conftest import Cloud, StartCloud, picture

UPLOAD = "/v1_1/demo/image/upload"


def signed(secret: str = "abcd", **params: str) -> dict[str, str]:
    params = {"timestamp": str(int(time.time()))} | params
    return params | {
        "api_key": "key",
        "signature": cloudinary.utils.api_sign_request(params, secret),
    }


def post(cloud: Cloud, data: dict[str, str], content: bytes | None = None) -> httpx2.Response:
    files = {"file": ("a.png", picture() if content is None else content)}
    return cloud.http.post(UPLOAD, data=data, files=files)


def assert_refused(answer: httpx2.Response, status: int, message: str) -> None:
    assert answer.status_code == status
    assert answer.json() == {"error": {"message": message}}
    assert answer.headers["x-cld-error"] == message


def test_an_unknown_key_is_refused(cloud: Cloud) -> None:
    answer = post(cloud, signed() | {"api_key": "other"})
    assert_refused(answer, 401, "Unknown API key other")


def test_a_wrong_signature_is_refused_with_the_string_to_sign(cloud: Cloud) -> None:
    data = signed(secret="wrong", public_id="a", tags="x&y")
    assert_refused(
        post(cloud, data),
        401,
        f"Invalid Signature {data['signature']}. String to sign - "
        f"'public_id=a&tags=x%26y&timestamp={data['timestamp']}'.",
    )


def test_an_added_parameter_breaks_the_signature(cloud: Cloud) -> None:
    assert post(cloud, signed() | {"public_id": "smuggled"}).status_code == 401


def test_a_stale_request_is_refused(cloud: Cloud) -> None:
    answer = post(cloud, signed(timestamp="1380815663"))
    assert_refused(
        answer,
        400,
        "Stale request - reported time is 2013-10-03 15:54:23 +0000 which is more than 1 hour ago",
    )


@pytest.mark.parametrize("timestamp", ["soon", "-1", "9" * 5000])
def test_an_odd_timestamp_is_refused(cloud: Cloud, timestamp: str) -> None:
    answer = post(cloud, signed(timestamp=timestamp))
    assert_refused(answer, 400, "Invalid value for parameter timestamp")


def test_unsigned_uploads_are_refused(cloud: Cloud) -> None:
    assert_refused(
        post(cloud, {}), 400, "Upload preset must be specified when using unsigned upload"
    )
    assert_refused(post(cloud, {"upload_preset": "open"}), 400, "Upload preset not found")


def test_another_cloud_is_refused(cloud: Cloud) -> None:
    with pytest.raises(cloudinary.exceptions.AuthorizationRequired, match="Invalid cloud_name"):
        cloud.upload(picture(), cloud_name="elsewhere")


def test_an_upload_without_file_is_refused(cloud: Cloud) -> None:
    # The SDK sends no file part at all when there are no bytes.
    with pytest.raises(cloudinary.exceptions.BadRequest) as caught:
        cloud.upload(b"")
    assert str(caught.value) == "Missing required parameter - file"


@pytest.mark.parametrize(
    "content",
    [b"plain text", b"<svg/>", picture()[:60], picture("JPEG")[:-200]],
    ids=["text", "svg", "cut png", "cut jpeg"],
)
def test_what_does_not_decode_is_refused(cloud: Cloud, content: bytes) -> None:
    assert_refused(post(cloud, signed(), content), 400, "Invalid image file")


def test_a_large_file_is_refused(cloud: Cloud) -> None:
    answer = post(cloud, signed(), bytes(10_485_761))
    assert answer.status_code == 400
    assert answer.json()["error"]["message"].startswith(
        "File size too large. Got 10485761. Maximum is 10485760. Upgrade your plan"
    )


def test_too_many_pixels_are_refused(start_cloud: StartCloud) -> None:
    cloud = start_cloud(max_pixels=1_000_000)
    answer = post(cloud, signed(), picture(size=(1001, 1000)))
    assert_refused(answer, 400, "Maximum image size is 1 Megapixels. Requested 1.00 Megapixels")


def test_a_decompression_bomb_is_refused_unopened(cloud: Cloud) -> None:
    bomb = bytearray(picture("BMP"))
    bomb[18:26] = (100_000).to_bytes(4, "little") * 2
    answer = post(cloud, signed(), bytes(bomb))
    message = "Maximum image size is 25 Megapixels. Requested 10000.00 Megapixels"
    assert_refused(answer, 400, message)


@pytest.mark.parametrize(("allowed", "status"), [("png,jpg", 400), ("webp", 200), ("gif", 400)])
def test_the_format_has_to_be_allowed(cloud: Cloud, allowed: str, status: int) -> None:
    assert post(cloud, signed(allowed_formats=allowed), picture("WEBP")).status_code == status


def test_jpeg_is_another_name_of_jpg(cloud: Cloud) -> None:
    assert cloud.upload(picture("JPEG"), allowed_formats=["jpeg"])["format"] == "jpg"


@pytest.mark.parametrize("remote", ["http://127.0.0.1/a.png", "s3://bucket/a.png"])
def test_remote_files_are_not_fetched(cloud: Cloud, remote: str) -> None:
    with pytest.raises(cloudinary.exceptions.BadRequest, match="Fetching remote files"):
        cloud.upload(remote)


@pytest.mark.parametrize("public_id", ["a?b", "a%2e", "a\\b", "v12/a", "x" * 256, "a\nb"])
def test_a_forbidden_public_id_is_refused(cloud: Cloud, public_id: str) -> None:
    with pytest.raises(cloudinary.exceptions.BadRequest, match="is invalid"):
        cloud.upload(picture(), public_id=public_id)


def test_an_unknown_type_is_refused(cloud: Cloud) -> None:
    with pytest.raises(cloudinary.exceptions.BadRequest, match="Invalid type fetch"):
        cloud.upload(picture(), type="fetch")


def test_only_images_are_taken(cloud: Cloud) -> None:
    with pytest.raises(cloudinary.exceptions.BadRequest, match="Only images"):
        cloud.upload(picture(), resource_type="video")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", UPLOAD, 404), ("POST", "/v1_1/demo/image/rename", 404), ("PUT", "/_faults", 405)],
)
def test_what_is_not_there_is_refused_in_the_same_words(
    cloud: Cloud, method: str, path: str, status: int
) -> None:
    answer = cloud.http.request(method, path)
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


FORM = "application/x-www-form-urlencoded"
ODD_REQUESTS: dict[str, tuple[bytes, dict[str, bytes | str]]] = {
    "cut json": (b"{", {"content-type": "application/json"}),
    "json list": (b"[1]", {"content-type": "application/json"}),
    "half a surrogate": (
        rb'{"api_key": "\ud800", "signature": [1, {"a": "\udc00"}], "timestamp": 1e999}',
        {"content-type": "application/json"},
    ),
    "no boundary": (b"x", {"content-type": "multipart/form-data"}),
    "no name": (b"--b\r\n\r\n", {"content-type": "multipart/form-data; boundary=b"}),
    "not utf-8": (b"%ff=%ff&=&a&signature=\xff&api_key=key", {"content-type": FORM}),
    "odd credentials": (b"", {"authorization": b"Basic \xc3\xb1"}),
}


@pytest.mark.parametrize(("content", "headers"), ODD_REQUESTS.values(), ids=ODD_REQUESTS)
def test_odd_requests_are_the_caller_s_fault(
    cloud: Cloud, content: bytes, headers: dict[str, str]
) -> None:
    answer = cloud.http.post(UPLOAD, content=content, headers=headers)
    assert 400 <= answer.status_code < 500
    assert answer.json()["error"]["message"]


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
def test_no_parameter_upsets_a_signed_upload(cloud: Cloud, params: dict[str, str]) -> None:
    answer = cloud.http.post(
        UPLOAD, data=params, files={"file": ("ñ.png", picture())}, auth=("key", "abcd")
    )
    assert answer.status_code in {200, 400}, answer.text
    if answer.status_code == 200:
        assert cloud.get(answer.json()["url"]).content == picture()
