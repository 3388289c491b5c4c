import time
from collections.abc import Callable

import cloudinary.utils
import pytest

from local.cloudinary.signatures import (
    delivery_signature,
    delivery_signatures,
    request_signatures,
    response_signature,
    string_to_sign,
)
from tests.unit.local.conftest import CREDENTIALS, Cloud, picture

SAMPLE = {
    "public_id": ["sample_image"],
    "timestamp": ["1315060510"],
    "eager": ["w_400,h_300,c_pad|w_260,h_200,c_crop"],
}


@pytest.mark.parametrize(
    "signature",
    [
        "bfd09f95f331f558cbd1320e67aa8d488770583e",
        "cc927e1290f9e3ae4c1a741eda21a4630b4ce80f9ce0bc0296337d25cf40f91e",
    ],
)
def test_the_samples_of_cloudinary_s_documentation_are_accepted(signature: str) -> None:
    assert signature in request_signatures(SAMPLE, "abcd")


def test_version_two_escapes_ampersands_in_values() -> None:
    assert string_to_sign({"tags": ["a&type=private"]}, 2) == "tags=a%26type=private"
    assert string_to_sign({"tags": ["a&type=private"]}, 1) == "tags=a&type=private"


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_uploads_signed_by_the_sdk_are_accepted(cloud: Cloud, version: int, algorithm: str) -> None:
    response = cloud.upload(
        picture(),
        public_id="signed",
        context={"caption": "salt & pepper = good|bad"},
        signature_version=version,
        signature_algorithm=algorithm,
    )
    assert response["context"] == {"custom": {"caption": "salt & pepper = good|bad"}}


def test_an_upload_can_use_basic_authentication(cloud: Cloud) -> None:
    response = cloud.http.post(
        "/v1_1/demo/image/upload",
        data={"public_id": "basic"},
        files={"file": ("a.png", picture())},
        auth=("key", "abcd"),
    )
    assert response.json()["public_id"] == "basic"


def test_the_upload_response_has_the_signature_that_the_sdk_computes(cloud: Cloud) -> None:
    response = cloud.upload(picture(), public_id="proof")
    expected = cloudinary.utils.api_sign_request(
        {"public_id": "proof", "version": response["version"]}, "abcd", signature_version=1
    )
    assert (
        response["signature"]
        == expected
        == response_signature("proof", response["version"], "abcd")
    )


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"signature_algorithm": "sha256"},
        {"long_url_signature": True},
        {"width": 100, "crop": "fill"},
    ],
    ids=str,
)
@pytest.mark.parametrize("public_id", ["plain", "with/ñ and space~", "a(b)'c,d"])
def test_the_emulator_accepts_the_url_signatures_of_the_sdk(
    public_id: str, options: dict[str, str]
) -> None:
    url, _ = cloudinary.utils.cloudinary_url(
        public_id, format="jpg", sign_url=True, **CREDENTIALS | options
    )
    signature = url.split("--")[1]
    transformation = "c_fill,w_100" if "crop" in options else ""
    assert signature in delivery_signatures(transformation, f"{public_id}.jpg", "abcd")


def test_signatures_have_8_or_32_characters() -> None:
    lengths = [len(signature) for signature in delivery_signatures("", "a.jpg", "abcd")]
    assert lengths == [8, 8, 32]


def test_another_secret_gives_another_signature() -> None:
    first, second = (delivery_signature("", "a.jpg", secret) for secret in ("abcd", "abce"))
    assert first != second


@pytest.mark.parametrize("version", [1, 2])
def test_the_notification_url_of_tags_calls_is_not_signed(cloud: Cloud, version: int) -> None:
    cloud.upload(picture(), public_id="tagged")
    cloudinary.uploader.add_tag(
        "new",
        ["tagged"],
        notification_url="http://127.0.0.1:1/hook",
        signature_version=version,
        **cloud.options,
    )
    assert cloud.admin("resource", "tagged")["tags"] == ["new"]


def test_a_signature_is_valid_for_an_hour(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cloudinary.utils, "now", clock_behind_by(59 * 60))
    assert cloud.upload(picture(), public_id="late")["public_id"] == "late"


def clock_behind_by(seconds: int) -> Callable[[], str]:
    return lambda: str(int(time.time()) - seconds)
