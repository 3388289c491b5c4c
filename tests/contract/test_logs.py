"""What functions log: lines that a machine reads, of the request, and of nobody in person."""

import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from tests.conftest import Target
from tests.support.gallery import PASSWORD, Person, new_person
from tests.support.generation import begin, ended
from tests.support.images import picture
from tests.support.stories import V2, Stories

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def text(handlers: Target) -> Callable[[], str]:
    """All that was logged since the test began."""
    assert handlers.settings
    log = handlers.settings.logs / "functions.log"
    start = log.stat().st_size
    return lambda: log.read_bytes()[start:].decode()


@pytest.fixture
def lines(text: Callable[[], str]) -> Lines:
    """The structured ones of these lines."""
    return lambda: [json.loads(line) for line in text().splitlines() if line.startswith("{")]


def values(lines: list[dict[str, Any]], metric: str) -> list[dict[str, Any]]:
    return [line for line in lines if metric in line]


@pytest.fixture
def troubled(api: httpx2.Client, cloudinary: httpx2.Client) -> Person:
    """Someone of whom every kind of trouble has been logged."""
    person = new_person(api)
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
    assert ended(api, begin(api, "my secret prompt"))["state"] == "succeeded"
    return person


@pytest.mark.usefixtures("lines", "troubled")
def test_a_line_tells_its_function_and_its_request(lines: Lines) -> None:
    logged = [line for line in lines() if "level" in line]

    assert {"INFO", "WARNING"} <= {line["level"] for line in logged}
    for line in logged:
        assert {"timestamp", "service", "function_name", "function_request_id"} <= line.keys()


@pytest.mark.point("X11")
def test_nobody_is_named_in_the_log(text: Callable[[], str], troubled: Person) -> None:
    logged = text()

    assert "Cloudinary failed" in logged
    names = (troubled.username, "@example.com", PASSWORD, "not the password", "secret")
    assert [name for name in names if name in logged] == []
    assert troubled.token.split(".")[2] not in logged


def test_uploads_are_counted_with_their_images(api: httpx2.Client, lines: Lines) -> None:
    Stories(api, V2).upload(picture(seed=1), picture(seed=2))

    (line,) = values(lines(), "StoredImages")
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
    api: httpx2.Client, cloudinary: httpx2.Client, lines: Lines
) -> None:
    cloudinary.post("/_faults", json={"on": "upload", "kind": "500", "calls": 9})

    assert Stories(api, V2).post(picture()).status_code == 500

    (line,) = values(lines(), "FailedUploads")
    assert line["FailedUploads"] == [1.0]


def test_generations_are_timed_by_how_they_end(api: httpx2.Client, lines: Lines) -> None:
    kept, dropped = begin(api), begin(api)
    api.delete(f"/api/images/jobs/{dropped}")
    assert ended(api, kept)["state"] == "succeeded"

    found = {line["state"]: line for line in values(lines(), "GenerationSeconds")}
    assert set(found) <= {"succeeded", "cancelled"}
    assert found["succeeded"]["GenerationSeconds"][0] > 0


def test_a_host_that_does_not_answer_is_counted(
    api: httpx2.Client, comfyui: httpx2.Client, lines: Lines
) -> None:
    comfyui.post("/_faults", json={"on": "prompt", "kind": "http_502", "calls": 1})

    assert ended(api, begin(api))["state"] == "succeeded"

    assert values(lines(), "HostAway")
