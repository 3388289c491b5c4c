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
def test_the_published_samples_are_accepted(signature: str) -> None:
    assert signature in request_signatures(SAMPLE, "abcd")


def test_version_two_does_not_take_a_value_for_a_parameter() -> None:
    assert string_to_sign({"tags": ["a&type=private"]}, 2) == "tags=a%26type=private"
    assert string_to_sign({"tags": ["a&type=private"]}, 1) == "tags=a&type=private"


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_the_sdk_signs_uploads_in_every_known_way(
    cloud: Cloud, version: int, algorithm: str
) -> None:
    answer = cloud.upload(
        picture(),
        public_id="signed",
        context={"caption": "salt & pepper = good|bad"},
        signature_version=version,
        signature_algorithm=algorithm,
    )
    assert answer["context"] == {"custom": {"caption": "salt & pepper = good|bad"}}


def test_an_upload_may_use_basic_authentication_instead(cloud: Cloud) -> None:
    answer = cloud.http.post(
        "/v1_1/demo/image/upload",
        data={"public_id": "basic"},
        files={"file": ("a.png", picture())},
        auth=("key", "abcd"),
    )
    assert answer.json()["public_id"] == "basic"


def test_the_sdk_verifies_the_answer(cloud: Cloud) -> None:
    answer = cloud.upload(picture(), public_id="proof")
    expected = cloudinary.utils.api_sign_request(
        {"public_id": "proof", "version": answer["version"]}, "abcd", signature_version=1
    )
    assert answer["signature"] == expected == response_signature("proof", answer["version"], "abcd")


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
def test_the_sdk_signs_urls_as_the_emulator_does(public_id: str, options: dict[str, str]) -> None:
    url, _ = cloudinary.utils.cloudinary_url(
        public_id, format="jpg", sign_url=True, **CREDENTIALS | options
    )
    signature = url.split("--")[1]
    transformation = "c_fill,w_100" if "crop" in options else ""
    assert signature in delivery_signatures(transformation, f"{public_id}.jpg", "abcd")


def test_signature_lengths_are_eight_and_thirty_two() -> None:
    lengths = [len(one) for one in delivery_signatures("", "a.jpg", "abcd")]
    assert lengths == [8, 8, 32]


def test_another_secret_gives_another_signature() -> None:
    first, second = (delivery_signature("", "a.jpg", secret) for secret in ("abcd", "abce"))
    assert first != second


@pytest.mark.parametrize("sign", [1, 2], ids=["version 1", "version 2"])
def test_tags_are_signed_without_their_notification_url(cloud: Cloud, sign: int) -> None:
    cloud.upload(picture(), public_id="tagged")
    cloudinary.uploader.add_tag(
        "new",
        ["tagged"],
        notification_url="http://127.0.0.1:1/hook",
        signature_version=sign,
        **cloud.options,
    )
    assert cloud.admin("resource", "tagged")["tags"] == ["new"]


def test_a_signature_made_with_another_clock_is_good_for_an_hour(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    past = now_minus(59 * 60)
    monkeypatch.setattr(cloudinary.utils, "now", past)
    assert cloud.upload(picture(), public_id="late")["public_id"] == "late"


def now_minus(seconds: int) -> Callable[[], str]:
    return lambda: str(int(time.time()) - seconds)
