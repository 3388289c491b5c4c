"""Generating images: the contract's two calls, the jobs behind them, and every doubtful point."""

import json
import re
import uuid
from typing import Any

import httpx2
import pytest

from tests.conftest import Target
from tests.support.generation import (
    GENERATE,
    JOBS,
    NOW,
    begin,
    ended,
    generate,
    job,
    picture_at,
    refusal,
)
from tests.support.stories import eventually, without_stage

KEYS = ["prompt", "negative_prompt", "width", "height", "steps", "cfg_scale", "seed"]
BODY = {
    "prompt": "a lighthouse at dawn",
    "negative_prompt": "blurry",
    "width": 128,
    "height": 64,
    "steps": 2,
    "cfg_scale": 6.5,
    "seed": 42,
}
INVALID = (400, "Invalid request data")


class TestGenerating:
    @pytest.mark.host
    @pytest.mark.point("G-1", "G5")
    def test_answers_as_documented(self, api: httpx2.Client) -> None:
        answer = api.post(GENERATE, json=BODY)

        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert list(body) == ["status", "image_url", "metadata"]
        assert body["status"] == "success"
        assert body["metadata"] == BODY
        assert list(body["metadata"]) == KEYS
        assert picture_at(body["image_url"]).size == (128, 64)

    @pytest.mark.host
    @pytest.mark.point("G3", "G4", "G5")
    def test_fills_in_what_is_absent(self, api: httpx2.Client) -> None:
        metadata = api.post(GENERATE, json={"prompt": "a pier"}).json()["metadata"]

        assert list(metadata) == KEYS
        assert metadata["prompt"] == "a pier"
        assert (metadata["width"], metadata["height"]) == (512, 512)
        assert type(metadata["cfg_scale"]) is float
        assert 0 <= metadata["seed"] < 2**53

    @pytest.mark.host
    @pytest.mark.point("G3", "G4", "G5")
    @pytest.mark.variants("asked", "used")
    @pytest.mark.parametrize(
        ("asked", "used"),
        [
            ({"width": 512.0}, {"width": 512}),
            ({"cfg_scale": 7}, {"cfg_scale": 7.0}),
            ({"width": 71, "height": 127}, {"width": 64, "height": 120}),
            ({"seed": 2**64 - 1}, {"seed": 2**64 - 1}),
            ({"seed": 0}, {"seed": 0}),
            ({"unknown": "key"}, {}),
        ],
    )
    def test_tells_the_values_that_were_used(
        self, api: httpx2.Client, asked: dict[str, Any], used: dict[str, Any]
    ) -> None:
        answer = api.post(GENERATE, json={**BODY, **asked})

        assert answer.json()["metadata"] == {**BODY, **used}

    @pytest.mark.host
    @pytest.mark.point("G4")
    @pytest.mark.parametrize("asked", [{}, {"seed": -1}])
    def test_draws_a_seed_where_none_is_given(
        self, api: httpx2.Client, asked: dict[str, Any]
    ) -> None:
        body = {key: value for key, value in BODY.items() if key != "seed"}

        seeds = [
            api.post(GENERATE, json={**body, **asked}).json()["metadata"]["seed"] for _ in "ab"
        ]

        assert seeds[0] != seeds[1]
        assert all(0 <= seed < 2**53 for seed in seeds)

    @pytest.mark.safe
    @pytest.mark.point("X10", "X12", "G3")
    @pytest.mark.variants("field", "value")
    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("prompt", ""),
            ("prompt", "  "),
            ("prompt", None),
            ("prompt", 7),
            ("prompt", "x" * 10_001),
            ("negative_prompt", None),
            ("width", "512"),
            ("width", True),
            ("width", 512.5),
            ("width", None),
            ("width", 63),
            ("height", 2049),
            ("steps", 0),
            ("steps", 151),
            ("cfg_scale", -0.1),
            ("cfg_scale", 30.5),
            ("cfg_scale", "7"),
            ("seed", -2),
            ("seed", 2**64),
            ("style_id", "1"),
            ("style_id", 999_999),
            ("format_id", 999_999),
        ],
    )
    def test_refuses_what_is_not_allowed_and_names_it(
        self, api: httpx2.Client, field: str, value: object
    ) -> None:
        answer = api.post(GENERATE, json={**BODY, field: value})

        assert refusal(answer) == INVALID
        assert field in answer.json()["details"]["error"]

    @pytest.mark.safe
    @pytest.mark.point("X12", "G3")
    @pytest.mark.variants("content", "content_type")
    @pytest.mark.parametrize(
        ("content", "content_type"),
        [
            ("[]", "application/json"),
            ("null", "application/json"),
            ("", "application/json"),
            ("{", "application/json"),
            ("{}", "application/json"),
            ('{"prompt": "x", "cfg_scale": 1e400}', "application/json"),
            ('{"prompt": "x", "cfg_scale": NaN}', "application/json"),
            ('{"prompt": "x", "width": 1e400}', "application/json"),
            ('{"prompt": "\\ud800"}', "application/json"),
            (json.dumps(BODY), "text/plain"),
        ],
    )
    def test_refuses_what_is_no_json_object(
        self, api: httpx2.Client, content: str, content_type: str
    ) -> None:
        answer = api.post(GENERATE, content=content, headers={"Content-Type": content_type})

        assert refusal(answer) == INVALID

    @pytest.mark.host
    @pytest.mark.point("G17")
    def test_takes_a_style_and_a_format_of_the_catalog(self, api: httpx2.Client) -> None:
        style = {"name": "Ink", "prompt_template": "ink of {prompt}, {seed}"}
        style_id = api.post("/api/images/styles", json=style).json()["id"]
        size = {"name": "Strip", "width": 256, "height": 64}
        format_id = api.post("/api/images/formats", json=size).json()["id"]

        metadata = generate(api, "a cat {prompt}", style_id=style_id, format_id=format_id).json()[
            "metadata"
        ]

        assert metadata["prompt"] == "ink of a cat {prompt}, {seed}"
        assert (metadata["width"], metadata["height"]) == (256, 64)

    @pytest.mark.host
    @pytest.mark.point("G17")
    def test_appends_a_style_without_a_place_for_the_prompt(self, api: httpx2.Client) -> None:
        style = {"name": "Plain", "prompt_template": "on paper"}
        style_id = api.post("/api/images/styles", json=style).json()["id"]

        metadata = generate(api, "a cat", style_id=style_id).json()["metadata"]

        assert metadata["prompt"] == "a cat, on paper"

    @pytest.mark.host
    def test_what_the_body_says_wins_over_the_format(self, api: httpx2.Client) -> None:
        size = {"name": "Wide", "width": 256, "height": 64}
        format_id = api.post("/api/images/formats", json=size).json()["id"]

        metadata = generate(api, format_id=format_id, width=128).json()["metadata"]

        assert (metadata["width"], metadata["height"]) == (128, 64)

    def test_a_format_that_the_host_cannot_make_is_refused(self, api: httpx2.Client) -> None:
        size = {"name": "Huge", "width": 4096, "height": 64}
        format_id = api.post("/api/images/formats", json=size).json()["id"]

        assert refusal(generate(api, format_id=format_id)) == INVALID

    @pytest.mark.point("G2")
    def test_a_failed_run_is_told_with_the_node(
        self, api: httpx2.Client, comfyui: httpx2.Client
    ) -> None:
        comfyui.post("/_faults", json={"on": "run", "kind": "out_of_memory"})

        answer = generate(api)

        assert refusal(answer) == (500, "Image generation failed")
        assert "KSampler" in answer.json()["details"]["error"]


class TestGeneratingForAPost:
    PATH = "/api/v1/posts/17/generate_images"

    @pytest.mark.host
    @pytest.mark.point("G-2", "G6", "G7", "G22")
    def test_answers_as_documented(self, api: httpx2.Client) -> None:
        answer = api.post(self.PATH, json={"prompt": "three ships", "count": 3})

        assert answer.status_code == 200, answer.text
        assert list(answer.json()) == ["image_urls"]
        urls = answer.json()["image_urls"]
        assert len({picture_at(url).tobytes() for url in urls}) == 3

    @pytest.mark.host
    @pytest.mark.point("G6")
    def test_makes_one_where_no_count_is_given(self, api: httpx2.Client) -> None:
        urls = api.post(self.PATH, json={"prompt": "a ship"}).json()["image_urls"]

        assert len(urls) == 1

    @pytest.mark.safe
    @pytest.mark.point("G6")
    @pytest.mark.variants("count")
    @pytest.mark.parametrize("count", [0, 9, "2", 1.5, None, True])
    def test_refuses_a_count_that_is_none(self, api: httpx2.Client, count: object) -> None:
        answer = api.post(self.PATH, json={"prompt": "a ship", "count": count})

        assert refusal(answer) == INVALID

    @pytest.mark.host
    @pytest.mark.point("G7")
    def test_any_post_will_do(self, api: httpx2.Client) -> None:
        for post_id, status in (("draft-ñ", 200), ("x" * 128, 200), ("x" * 129, 404)):
            path = f"/api/v1/posts/{post_id}/generate_images"
            assert api.post(path, json={"prompt": "a ship"}).status_code == status

    @pytest.mark.point("G6")
    def test_too_few_images_are_none(self, api: httpx2.Client, comfyui: httpx2.Client) -> None:
        comfyui.post("/_faults", json={"on": "run", "kind": "fewer_images"})

        answer = api.post(self.PATH, json={"prompt": "two ships", "count": 2})

        assert refusal(answer) == (500, "Image generation failed")


class TestJobs:
    @pytest.mark.host
    @pytest.mark.point("X5", "G1")
    def test_a_request_may_leave_before_the_image_is_there(self, api: httpx2.Client) -> None:
        answer = api.post(GENERATE, json=BODY, headers=NOW)

        assert answer.status_code == 202
        body = answer.json()
        location = without_stage(answer.headers["Location"])
        assert location == f"{JOBS}/{body['job_id']}"
        assert answer.headers["Retry-After"]
        done = ended(api, body["job_id"])
        assert done["state"] == "succeeded"
        assert done["metadata"] == BODY
        assert done["error"] is None
        assert picture_at(done["image_urls"][0]).size == (128, 64)
        instant = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
        assert all(
            instant.fullmatch(done[key]) for key in ("created_at", "submitted_at", "finished_at")
        )

    @pytest.mark.point("X5", "G1")
    def test_a_request_that_waits_too_long_is_told_where_to_look(
        self, api: httpx2.Client, comfyui: httpx2.Client
    ) -> None:
        comfyui.post("/_faults", json={"on": "run", "kind": "slow_run", "seconds": 3})

        answer = api.post(GENERATE, json=BODY, headers={"Prefer": "wait=1"})

        assert refusal(answer)[0] == 503
        assert answer.headers["Location"] in answer.json()["details"]["suggestion"]
        assert int(answer.headers["Retry-After"]) > 0
        job_id = answer.headers["Location"].rpartition("/")[2]
        again = api.post(GENERATE, json=BODY)
        assert again.status_code == 200
        assert again.json()["image_url"] == ended(api, job_id)["image_urls"][0]
        # That one is delivered: the next is a picture of its own.
        assert api.post(GENERATE, json=BODY).json()["image_url"] != again.json()["image_url"]

    @pytest.mark.host
    @pytest.mark.point("G1")
    def test_a_key_makes_a_repeat_the_same_request(self, api: httpx2.Client) -> None:
        headers = {"Idempotency-Key": str(uuid.uuid4())}

        first, second = (api.post(GENERATE, json=BODY, headers=headers) for _ in "ab")

        assert first.status_code == second.status_code == 200
        assert first.json() == second.json()
        assert "Idempotent-Replayed" not in first.headers
        assert second.headers["Idempotent-Replayed"] == "true"
        other = api.post(GENERATE, json={**BODY, "seed": 43}, headers=headers)
        assert refusal(other)[0] == 409

    @pytest.mark.host
    @pytest.mark.point("G1")
    def test_equal_requests_make_pictures_of_their_own(self, api: httpx2.Client) -> None:
        first, second = (api.post(GENERATE, json=BODY).json()["image_url"] for _ in "ab")

        assert first != second

    @pytest.mark.host
    @pytest.mark.point("X17")
    def test_jobs_are_listed_newest_first_page_by_page(self, api: httpx2.Client) -> None:
        made = [begin(api, f"number {n}") for n in range(3)]

        assert all(ended(api, job_id)["state"] == "succeeded" for job_id in made)
        page = api.get(f"{JOBS}?limit=2")
        following = without_stage(page.headers["Link"].split(">")[0][1:])
        ids = [item["job_id"] for item in page.json() + api.get(following).json()]
        assert ids[:3] == made[::-1]
        assert list(page.json()[0]) == list(job(api, made[0]))

    @pytest.mark.point("G18")
    def test_a_cancelled_job_makes_no_image(
        self, api: httpx2.Client, comfyui: httpx2.Client
    ) -> None:
        comfyui.post("/_faults", json={"on": "run", "kind": "slow_run", "seconds": 20})
        job_id = begin(api)
        assert eventually(lambda: job(api, job_id)["progress"] == "running")

        answer = api.delete(f"{JOBS}/{job_id}")

        assert answer.status_code == 200
        assert answer.json()["state"] == "cancelled"
        assert eventually(
            lambda: comfyui.get(f"/api/jobs/{job_id}").json().get("status") == "cancelled"
        )
        assert job(api, job_id)["image_urls"] == []

    @pytest.mark.host
    def test_a_finished_job_is_not_cancelled(self, api: httpx2.Client) -> None:
        job_id = begin(api)
        done = ended(api, job_id)

        assert api.delete(f"{JOBS}/{job_id}").json() == done

    @pytest.mark.safe
    @pytest.mark.parametrize(
        "job_id", ["unknown", "1", "123e4567-e89b-12d3-a456-426614174000", "host", "%2e"]
    )
    def test_an_unknown_job_is_not_found(self, api: httpx2.Client, job_id: str) -> None:
        for method in ("GET", "DELETE"):
            answer = api.request(method, f"{JOBS}/{job_id}")
            assert refusal(answer) == (404, "Job not found")


@pytest.mark.safe
@pytest.mark.point("X1", "G20")
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/images/generate", 405),
        ("GET", "/api/images/nothing", 404),
        ("GET", "/api/images", 404),
        ("GET", "/api/images/comfyui/nothing", 404),
        ("POST", "/api/v1/posts/17/nothing", 404),
        ("GET", "/api/images/comfyui/start", 405),
    ],
)
def test_what_the_framework_refuses_has_the_same_shape(
    api: httpx2.Client, method: str, path: str, status: int
) -> None:
    assert refusal(api.request(method, path))[0] == status


class TestHost:
    @pytest.mark.host
    @pytest.mark.point("G-23", "G14")
    def test_that_answers_is_running(self, api: httpx2.Client) -> None:
        answer = api.get("/api/images/comfyui/status")

        assert answer.status_code == 200
        assert answer.json() == {"status": "running", "message": "ComfyUI is running"}

    @pytest.mark.host
    @pytest.mark.point("G-24", "G15")
    def test_that_answers_is_started_already(self, api: httpx2.Client) -> None:
        answer = api.post("/api/images/comfyui/start")

        assert answer.status_code == 200
        assert answer.json() == {"status": "success", "message": "ComfyUI started successfully"}

    @pytest.mark.point("G14")
    def test_that_answers_with_errors_is_in_trouble(
        self, api: httpx2.Client, comfyui: httpx2.Client
    ) -> None:
        comfyui.post("/_faults", json={"on": "system_stats", "kind": "http_500"})

        body = api.get("/api/images/comfyui/status").json()

        assert body["status"] == "error"


@pytest.mark.point("G2")
@pytest.mark.documented
def test_without_a_host_and_without_an_instance_it_is_unavailable(handlers: Target) -> None:
    """A local cloud has an instance, which is started then."""
    assert handlers.comfyui
    handlers.comfyui.post("/_faults", json={"kind": "close_connection", "calls": 100})

    answer = generate(handlers.api)

    handlers.comfyui.delete("/_faults")
    assert answer.status_code == 503
    assert answer.json() == {
        "status": "error",
        "message": "Image generation failed",
        "details": {
            "error": "ComfyUI service unavailable",
            "suggestion": "Check if ComfyUI is running",
        },
    }
