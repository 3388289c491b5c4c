import time

import cloudinary.exceptions
import httpx2
import pytest

from tests.unit.local.conftest import Cloud, picture


def outcomes(cloud: Cloud, calls: int) -> list[str]:
    """The results or exceptions of `calls` deletions with the SDK."""
    results = []
    for _ in range(calls):
        try:
            results.append(cloud.destroy("none"))
        except cloudinary.exceptions.Error as error:
            results.append(type(error).__name__)
    return results


@pytest.mark.parametrize(
    ("kind", "exception"),
    [
        ("420", "RateLimited"),
        ("500", "GeneralError"),
        ("502", "Error"),
        ("close_connection", "Error"),
    ],
)
def test_a_fault_affects_the_given_number_of_calls(cloud: Cloud, kind: str, exception: str) -> None:
    cloud.inject_fault(kind=kind, calls=2)
    assert outcomes(cloud, 3) == [exception, exception, "not found"]


def test_a_fault_can_start_after_a_number_of_calls(cloud: Cloud) -> None:
    cloud.inject_fault(kind="500", calls=1, after=2)
    assert outcomes(cloud, 4) == ["not found", "not found", "GeneralError", "not found"]


def test_a_fault_affects_only_its_operation(cloud: Cloud) -> None:
    cloud.inject_fault(kind="500", on="upload")
    assert outcomes(cloud, 1) == ["not found"]
    with pytest.raises(cloudinary.exceptions.GeneralError):
        cloud.upload(picture(), public_id="a")
    assert cloud.upload(picture(), public_id="a")["overwritten"] is False


def test_faults_apply_one_after_the_other(cloud: Cloud) -> None:
    cloud.inject_fault(kind="500")
    cloud.inject_fault(kind="420")
    assert outcomes(cloud, 3) == ["GeneralError", "RateLimited", "not found"]


def test_faults_are_listed_and_cleared(cloud: Cloud) -> None:
    cloud.inject_fault(kind="500", on="destroy")
    expected = {"kind": "500", "on": "destroy", "calls": 1, "after": 0, "seconds": 30}
    assert cloud.get("/_faults").json() == {"faults": [expected]}
    cloud.http.delete("/_faults")
    assert outcomes(cloud, 1) == ["not found"]


def test_a_500_after_success_performs_the_call(cloud: Cloud) -> None:
    cloud.inject_fault(kind="500_after_success", on="upload")
    with pytest.raises(cloudinary.exceptions.GeneralError):
        cloud.upload(picture(), public_id="a")
    assert cloud.admin("resource", "a")["bytes"] == len(picture())


def test_a_hanging_call_is_not_performed(cloud: Cloud) -> None:
    cloud.upload(picture(), public_id="a")
    cloud.inject_fault(kind="hang", on="destroy", seconds=60)
    with pytest.raises(cloudinary.exceptions.Error, match="Read timed out"):
        cloud.destroy("a", timeout=0.1)
    assert cloud.admin("resource", "a")["public_id"] == "a"


def test_a_hanging_call_ends_with_a_closed_connection(cloud: Cloud) -> None:
    cloud.inject_fault(kind="hang", seconds=0.05)
    assert outcomes(cloud, 2) == ["Error", "not found"]


def test_a_slow_call_responds_after_the_delay(cloud: Cloud) -> None:
    cloud.inject_fault(kind="slow", seconds=0.2)
    started = time.monotonic()
    assert outcomes(cloud, 1) == ["not found"]
    assert time.monotonic() - started >= 0.2


def test_faults_affect_the_admin_api(cloud: Cloud) -> None:
    cloud.inject_fault(kind="502", on="delete")
    assert cloud.admin("ping")["status"] == "ok"
    with pytest.raises(cloudinary.exceptions.GeneralError, match="502 Bad Gateway"):
        cloud.admin("delete_resources", ["a"])


def test_faults_do_not_affect_delivery(cloud: Cloud) -> None:
    url = cloud.upload(picture(), public_id="a")["url"]
    cloud.inject_fault(kind="500")
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
def test_an_invalid_fault_is_rejected(cloud: Cloud, fault: object) -> None:
    assert cloud.http.post("/_faults", json=fault).status_code == 400
    assert cloud.get("/_faults").json() == {"faults": []}


def test_a_fault_that_is_not_json_is_rejected(cloud: Cloud) -> None:
    assert cloud.http.post("/_faults", content=b"{").status_code == 400


def test_requests_are_recorded_without_secrets(cloud: Cloud) -> None:
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


def test_failed_requests_are_recorded_and_records_can_be_cleared(cloud: Cloud) -> None:
    cloud.inject_fault(kind="500")
    outcomes(cloud, 1)
    assert [request["operation"] for request in cloud.requests()] == ["destroy"]
    cloud.http.delete("/_requests")
    assert cloud.requests() == []


def test_wiping_the_assets_removes_the_copies_on_the_cdn(cloud: Cloud) -> None:
    first, second = (cloud.upload(picture(), public_id=name)["url"] for name in "ab")
    cloud.destroy("a")
    cloud.http.delete("/_assets")
    assert [cloud.get(url).status_code for url in (first, second)] == [404, 404]


def test_health_requires_no_credentials(cloud: Cloud) -> None:
    assert httpx2.get(f"{cloud.url}/_health").status_code == 200
