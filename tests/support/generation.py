"""Requests for generation, and the jobs that they create."""

import io
from typing import Any

import httpx2
from PIL import Image

from tests.support.stories import eventually

GENERATE = "/api/images/generate"
JOBS = "/api/images/jobs"
RESPOND_ASYNC = {"Prefer": "respond-async"}

OPEN_STATES = {"queued", "submitted"}


def generate(api: httpx2.Client, prompt: str = "a lighthouse at dawn", **body: Any) -> Any:
    return api.post(GENERATE, json={"prompt": prompt, "steps": 2, **body})


def start_job(api: httpx2.Client, prompt: str = "a lighthouse at dawn", **body: Any) -> str:
    """Create a job without waiting for its images, and return its id."""
    response = api.post(
        GENERATE, json={"prompt": prompt, "steps": 2, **body}, headers=RESPOND_ASYNC
    )
    assert response.status_code == 202, response.text
    return str(response.json()["job_id"])


def read_job(api: httpx2.Client, job_id: str) -> dict[str, Any]:
    body: dict[str, Any] = api.get(f"{JOBS}/{job_id}").json()
    return body


def finished_job(api: httpx2.Client, job_id: str, seconds: float = 60) -> dict[str, Any]:
    """Wait until the job is finished, at most the given number of seconds, and return it."""
    eventually(lambda: read_job(api, job_id)["state"] not in OPEN_STATES, seconds)
    return read_job(api, job_id)


def download_image(url: str) -> Image.Image:
    response = httpx2.get(url)
    assert response.status_code == 200
    return Image.open(io.BytesIO(response.content))


def generation_error(response: httpx2.Response) -> tuple[int, str]:
    """The status and message of an error; its body must be exactly the contract's envelope."""
    body = response.json()
    assert list(body) == ["status", "message", "details"], response.text
    assert body["status"] == "error"
    assert list(body["details"]) == ["error", "suggestion"]
    assert all(type(text) is str for text in body["details"].values())
    return response.status_code, body["message"]
