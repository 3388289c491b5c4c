"""Log lines of functions: JSON with the context of the request, without personal data."""

import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from tests.conftest import SystemUnderTest
from tests.support.gallery import PASSWORD, User, new_user
from tests.support.generation import finished_job, start_job
from tests.support.images import picture
from tests.support.stories import V2, Stories

LogLines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def log_text(local_functions: SystemUnderTest) -> Callable[[], str]:
    """Reads everything that was logged since the test began."""
    assert local_functions.settings
    log = local_functions.settings.logs / "functions.log"
    start = log.stat().st_size
    return lambda: log.read_bytes()[start:].decode()


@pytest.fixture
def log_lines(log_text: Callable[[], str]) -> LogLines:
    """Parses the JSON lines of the log."""
    return lambda: [json.loads(line) for line in log_text().splitlines() if line.startswith("{")]


def with_metric(lines: list[dict[str, Any]], metric: str) -> list[dict[str, Any]]:
    return [line for line in lines if metric in line]


@pytest.fixture
def logged_user(api: httpx2.Client, cloudinary: httpx2.Client) -> User:
    """A user whose requests have logged every kind of error."""
    person = new_user(api)
    login = {"username": person.username, "password": "not the password"}
    api.post("/auth/login", data=login)
    body = {"username": person.username, "email": "again@example.com", "password": PASSWORD}
    api.post("/auth/register", json=body)
    cloudinary.post("/_faults", json={"on": "upload", "kind": "500", "calls": 9})
    assert person.post_image(data={"caption": "my secret caption"}).status_code == 500
    cloudinary.delete("/_faults")
    image = person.upload(caption="my secret caption", visibility="private")
    person.share(image["image_id"], "nobody_of_that_name")
    api.get("/images/my-images", headers={"Authorization": f"Bearer {person.token}x"})
    assert finished_job(api, start_job(api, "my secret prompt"))["state"] == "succeeded"
    return person


@pytest.mark.usefixtures("log_lines", "logged_user")
def test_a_line_contains_its_function_and_request(log_lines: LogLines) -> None:
    logged = [line for line in log_lines() if "level" in line]

    assert {"INFO", "WARNING"} <= {line["level"] for line in logged}
    for line in logged:
        assert {"timestamp", "service", "function_name", "function_request_id"} <= line.keys()


@pytest.mark.point("X11")
def test_the_log_contains_no_personal_data(log_text: Callable[[], str], logged_user: User) -> None:
    log = log_text()

    assert "Cloudinary failed" in log
    names = (logged_user.username, "@example.com", PASSWORD, "not the password", "secret")
    assert [name for name in names if name in log] == []
    assert logged_user.token.split(".")[2] not in log


def test_stored_images_are_counted(api: httpx2.Client, log_lines: LogLines) -> None:
    Stories(api, V2).upload(picture(seed=1), picture(seed=2))

    (line,) = with_metric(log_lines(), "StoredImages")
    assert line["StoredImages"] == [2.0]
    assert line["store"] == "cloudinary"
    assert line["_aws"]["CloudWatchMetrics"] == [
        {
            "Namespace": "Darkroom",
            "Dimensions": [["store", "service"]],
            "Metrics": [{"Name": "StoredImages", "Unit": "Count"}],
        }
    ]


def test_failed_uploads_are_counted(
    api: httpx2.Client, cloudinary: httpx2.Client, log_lines: LogLines
) -> None:
    cloudinary.post("/_faults", json={"on": "upload", "kind": "500", "calls": 9})

    assert Stories(api, V2).post(picture()).status_code == 500

    (line,) = with_metric(log_lines(), "FailedUploads")
    assert line["FailedUploads"] == [1.0]


def test_the_duration_of_a_generation_is_logged_with_its_state(
    api: httpx2.Client, log_lines: LogLines
) -> None:
    completed, cancelled = start_job(api), start_job(api)
    api.delete(f"/api/images/jobs/{cancelled}")
    assert finished_job(api, completed)["state"] == "succeeded"

    by_state = {line["state"]: line for line in with_metric(log_lines(), "GenerationSeconds")}
    assert set(by_state) <= {"succeeded", "cancelled"}
    assert by_state["succeeded"]["GenerationSeconds"][0] > 0


def test_an_unreachable_host_is_counted(
    api: httpx2.Client, comfyui: httpx2.Client, log_lines: LogLines
) -> None:
    comfyui.post("/_faults", json={"on": "prompt", "kind": "http_502", "calls": 1})

    assert finished_job(api, start_job(api))["state"] == "succeeded"

    assert with_metric(log_lines(), "HostUnreachable")
