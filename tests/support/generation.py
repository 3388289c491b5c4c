"""What tests of generation say again and again."""

import io
from typing import Any

import httpx2
from PIL import Image

from tests.support.stories import eventually

GENERATE = "/api/images/generate"
JOBS = "/api/images/jobs"
NOW = {"Prefer": "respond-async"}

OPEN = {"queued", "submitted"}


def generate(api: httpx2.Client, prompt: str = "a lighthouse at dawn", **body: Any) -> Any:
    return api.post(GENERATE, json={"prompt": prompt, "steps": 2, **body})


def begin(api: httpx2.Client, prompt: str = "a lighthouse at dawn", **body: Any) -> str:
    """The id of a job that nobody waits for."""
    answer = api.post(GENERATE, json={"prompt": prompt, "steps": 2, **body}, headers=NOW)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["job_id"])


def job(api: httpx2.Client, job_id: str) -> dict[str, Any]:
    body: dict[str, Any] = api.get(f"{JOBS}/{job_id}").json()
    return body


def ended(api: httpx2.Client, job_id: str, seconds: float = 60) -> dict[str, Any]:
    """The job after its end."""
    eventually(lambda: job(api, job_id)["state"] not in OPEN, seconds)
    return job(api, job_id)


def picture_at(url: str) -> Image.Image:
    answer = httpx2.get(url)
    assert answer.status_code == 200
    return Image.open(io.BytesIO(answer.content))


def refusal(answer: httpx2.Response) -> tuple[int, str]:
    """Status and message of an error, which has exactly the contract's shape."""
    body = answer.json()
    assert list(body) == ["status", "message", "details"], answer.text
    assert body["status"] == "error"
    assert list(body["details"]) == ["error", "suggestion"]
    assert all(type(text) is str for text in body["details"].values())
    return answer.status_code, body["message"]
