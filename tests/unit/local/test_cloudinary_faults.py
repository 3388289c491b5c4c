import time

import cloudinary.exceptions
import httpx2
import pytest

from tests.unit.local.conftest import Cloud, picture


def outcomes(cloud: Cloud, calls: int) -> list[str]:
    """What the SDK makes of so many deletions."""
    seen = []
    for _ in range(calls):
        try:
            seen.append(cloud.destroy("none"))
        except cloudinary.exceptions.Error as error:
            seen.append(type(error).__name__)
    return seen


@pytest.mark.parametrize(
    ("kind", "exception"),
    [("420", "RateLimited"), ("500", "GeneralError"), ("html", "Error"), ("close", "Error")],
)
def test_the_next_calls_fail_and_then_no_more(cloud: Cloud, kind: str, exception: str) -> None:
    cloud.fail_next(kind=kind, calls=2)
    assert outcomes(cloud, 3) == [exception, exception, "not found"]


def test_some_calls_pass_first(cloud: Cloud) -> None:
    cloud.fail_next(kind="500", calls=1, after=2)
    assert outcomes(cloud, 4) == ["not found", "not found", "GeneralError", "not found"]


def test_only_the_named_operation_fails(cloud: Cloud) -> None:
    cloud.fail_next(kind="500", on="upload")
    assert outcomes(cloud, 1) == ["not found"]
    with pytest.raises(cloudinary.exceptions.GeneralError):
        cloud.upload(picture(), public_id="a")
    assert cloud.upload(picture(), public_id="a")["overwritten"] is False


def test_faults_follow_one_another(cloud: Cloud) -> None:
    cloud.fail_next(kind="500")
    cloud.fail_next(kind="420")
    assert outcomes(cloud, 3) == ["GeneralError", "RateLimited", "not found"]


def test_faults_are_listed_and_cleared(cloud: Cloud) -> None:
    cloud.fail_next(kind="500", on="destroy")
    expected = {"kind": "500", "on": "destroy", "calls": 1, "after": 0, "seconds": 30}
    assert cloud.get("/_faults").json() == {"faults": [expected]}
    cloud.http.delete("/_faults")
    assert outcomes(cloud, 1) == ["not found"]


def test_a_lost_answer_leaves_its_work_done(cloud: Cloud) -> None:
    cloud.fail_next(kind="lost", on="upload")
    with pytest.raises(cloudinary.exceptions.GeneralError):
        cloud.upload(picture(), public_id="a")
    assert cloud.admin("resource", "a")["bytes"] == len(picture())


def test_a_hanging_call_does_nothing(cloud: Cloud) -> None:
    cloud.upload(picture(), public_id="a")
    cloud.fail_next(kind="hang", on="destroy", seconds=60)
    with pytest.raises(cloudinary.exceptions.Error, match="Read timed out"):
        cloud.destroy("a", timeout=0.1)
    assert cloud.admin("resource", "a")["public_id"] == "a"


def test_a_call_that_hung_long_enough_is_dropped(cloud: Cloud) -> None:
    cloud.fail_next(kind="hang", seconds=0.05)
    assert outcomes(cloud, 2) == ["Error", "not found"]


def test_a_slow_call_is_answered_in_the_end(cloud: Cloud) -> None:
    cloud.fail_next(kind="slow", seconds=0.2)
    started = time.monotonic()
    assert outcomes(cloud, 1) == ["not found"]
    assert time.monotonic() - started >= 0.2


def test_the_admin_api_fails_too(cloud: Cloud) -> None:
    cloud.fail_next(kind="html", on="delete")
    assert cloud.admin("ping")["status"] == "ok"
    with pytest.raises(cloudinary.exceptions.GeneralError, match="502 Bad Gateway"):
        cloud.admin("delete_resources", ["a"])


def test_delivery_never_fails(cloud: Cloud) -> None:
    url = cloud.upload(picture(), public_id="a")["url"]
    cloud.fail_next(kind="500")
    assert cloud.get(url).status_code == 200


@pytest.mark.parametrize(
    "fault",
    [
        {},
        {"kind": "fire"},
        {"kind": ["500"]},
        {"kind": "500", "on": "uplaod"},
        {"kind": "500", "calls": "many"},
        {"kind": "500", "calls": -1},
        {"kind": "slow", "seconds": 1e9},
        {"kind": "500", "colour": "red"},
        [1],
    ],
    ids=str,
)
def test_a_fault_that_could_never_happen_is_refused(cloud: Cloud, fault: object) -> None:
    assert cloud.http.post("/_faults", json=fault).status_code == 400
    assert cloud.get("/_faults").json() == {"faults": []}


def test_a_fault_that_is_not_json_is_refused(cloud: Cloud) -> None:
    assert cloud.http.post("/_faults", content=b"{").status_code == 400


def test_requests_are_remembered_without_secrets(cloud: Cloud) -> None:
    url = cloud.upload(picture(), public_id="a/b", tags=["x"], filename="p.png")["url"]
    cloud.admin("delete_resources", ["a/b", "c"])
    cloud.get(url)
    upload, deletion = cloud.requests()
    assert upload.pop("parameters").items() >= {
        ("public_id", "a/b"),
        ("tags", "x"),
        ("file", f"p.png ({len(picture())} bytes)"),
    }
    assert upload == {
        "operation": "upload",
        "method": "POST",
        "path": "/v1_1/demo/image/upload",
    }
    assert deletion["parameters"] == {"public_ids": ["a/b", "c"]}
    text = str(cloud.get("/_requests").text)
    assert "abcd" not in text
    assert "signature" not in text
    assert "api_key" not in text


def test_failed_requests_are_remembered_and_all_are_forgotten(cloud: Cloud) -> None:
    cloud.fail_next(kind="500")
    outcomes(cloud, 1)
    assert [one["operation"] for one in cloud.requests()] == ["destroy"]
    cloud.http.delete("/_requests")
    assert cloud.requests() == []


def test_wiping_takes_the_cdn_s_copies_as_well(cloud: Cloud) -> None:
    first, second = (cloud.upload(picture(), public_id=name)["url"] for name in "ab")
    cloud.destroy("a")
    cloud.http.delete("/_assets")
    assert [cloud.get(url).status_code for url in (first, second)] == [404, 404]


def test_health_is_open_to_all(cloud: Cloud) -> None:
    assert httpx2.get(f"{cloud.url}/_health").status_code == 200
