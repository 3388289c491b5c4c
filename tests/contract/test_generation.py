"""Generating images: the contract's two operations, their jobs, and the ambiguous points."""

import json
import re
import uuid
from typing import Any

import httpx2
import pytest

from tests.conftest import SystemUnderTest
from tests.support.generation import (
    GENERATE,
    JOBS,
    RESPOND_ASYNC,
    download_image,
    finished_job,
    generate,
    generation_error,
    read_job,
    start_job,
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


class TestGenerateImage:
    @pytest.mark.host
    @pytest.mark.point("G-1", "G5")
    def test_generating_returns_the_documented_body(self, api: httpx2.Client) -> None:
        response = api.post(GENERATE, json=BODY)

        assert response.status_code == 200, response.text
        body = response.json()
        assert list(body) == ["status", "image_url", "metadata"]
        assert body["status"] == "success"
        assert body["metadata"] == BODY
        assert list(body["metadata"]) == KEYS
        assert download_image(body["image_url"]).size == (128, 64)

    @pytest.mark.host
    @pytest.mark.point("G3", "G4", "G5")
    def test_missing_options_have_defaults(self, api: httpx2.Client) -> None:
        metadata = api.post(GENERATE, json={"prompt": "a pier"}).json()["metadata"]

        assert list(metadata) == KEYS
        assert metadata["prompt"] == "a pier"
        assert (metadata["width"], metadata["height"]) == (512, 512)
        assert type(metadata["cfg_scale"]) is float
        assert 0 <= metadata["seed"] < 2**53

    @pytest.mark.host
    @pytest.mark.point("G3", "G4", "G5")
    @pytest.mark.variants("options", "used")
    @pytest.mark.parametrize(
        ("options", "used"),
        [
            ({"width": 512.0}, {"width": 512}),
            ({"cfg_scale": 7}, {"cfg_scale": 7.0}),
            ({"width": 71, "height": 127}, {"width": 64, "height": 120}),
            ({"seed": 2**64 - 1}, {"seed": 2**64 - 1}),
            ({"seed": 0}, {"seed": 0}),
            ({"unknown": "key"}, {}),
        ],
        ids=[
            "integer as float",
            "float as integer",
            "rounded size",
            "largest seed",
            "smallest seed",
            "unknown key",
        ],
    )
    def test_the_metadata_contains_the_values_that_were_used(
        self, api: httpx2.Client, options: dict[str, Any], used: dict[str, Any]
    ) -> None:
        response = api.post(GENERATE, json={**BODY, **options})

        assert response.json()["metadata"] == {**BODY, **used}

    @pytest.mark.host
    @pytest.mark.point("G4")
    @pytest.mark.parametrize("options", [{}, {"seed": -1}], ids=["no seed", "-1"])
    def test_a_random_seed_is_drawn_if_none_is_given(
        self, api: httpx2.Client, options: dict[str, Any]
    ) -> None:
        body = {key: value for key, value in BODY.items() if key != "seed"}

        seeds = [
            api.post(GENERATE, json={**body, **options}).json()["metadata"]["seed"] for _ in "ab"
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
    def test_the_error_names_the_invalid_field(
        self, api: httpx2.Client, field: str, value: object
    ) -> None:
        response = api.post(GENERATE, json={**BODY, field: value})

        assert generation_error(response) == INVALID
        assert field in response.json()["details"]["error"]

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
    def test_a_body_that_is_not_a_valid_json_object_is_rejected(
        self, api: httpx2.Client, content: str, content_type: str
    ) -> None:
        response = api.post(GENERATE, content=content, headers={"Content-Type": content_type})

        assert generation_error(response) == INVALID

    @pytest.mark.host
    @pytest.mark.point("G17")
    def test_a_style_and_a_format_of_the_catalog_are_applied(self, api: httpx2.Client) -> None:
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
    def test_a_style_without_a_placeholder_is_appended(self, api: httpx2.Client) -> None:
        style = {"name": "Plain", "prompt_template": "on paper"}
        style_id = api.post("/api/images/styles", json=style).json()["id"]

        metadata = generate(api, "a cat", style_id=style_id).json()["metadata"]

        assert metadata["prompt"] == "a cat, on paper"

    @pytest.mark.host
    def test_the_size_in_the_body_takes_precedence_over_the_format(
        self, api: httpx2.Client
    ) -> None:
        size = {"name": "Wide", "width": 256, "height": 64}
        format_id = api.post("/api/images/formats", json=size).json()["id"]

        metadata = generate(api, format_id=format_id, width=128).json()["metadata"]

        assert (metadata["width"], metadata["height"]) == (128, 64)

    def test_a_format_that_is_too_large_for_the_host_is_rejected(self, api: httpx2.Client) -> None:
        size = {"name": "Huge", "width": 4096, "height": 64}
        format_id = api.post("/api/images/formats", json=size).json()["id"]

        assert generation_error(generate(api, format_id=format_id)) == INVALID

    @pytest.mark.point("G2")
    def test_the_error_of_a_failed_run_names_the_node(
        self, api: httpx2.Client, comfyui: httpx2.Client
    ) -> None:
        comfyui.post("/_faults", json={"on": "run", "kind": "out_of_memory"})

        response = generate(api)

        assert generation_error(response) == (500, "Image generation failed")
        assert "KSampler" in response.json()["details"]["error"]


class TestGenerateImagesForPost:
    PATH = "/api/v1/posts/17/generate_images"

    @pytest.mark.host
    @pytest.mark.point("G-2", "G6", "G7", "G22")
    def test_generating_returns_the_requested_number_of_urls(self, api: httpx2.Client) -> None:
        response = api.post(self.PATH, json={"prompt": "three ships", "count": 3})

        assert response.status_code == 200, response.text
        assert list(response.json()) == ["image_urls"]
        urls = response.json()["image_urls"]
        assert len({download_image(url).tobytes() for url in urls}) == 3

    @pytest.mark.host
    @pytest.mark.point("G6")
    def test_the_default_count_is_one(self, api: httpx2.Client) -> None:
        urls = api.post(self.PATH, json={"prompt": "a ship"}).json()["image_urls"]

        assert len(urls) == 1

    @pytest.mark.safe
    @pytest.mark.point("G6")
    @pytest.mark.variants("count")
    @pytest.mark.parametrize("count", [0, 9, "2", 1.5, None, True])
    def test_an_invalid_count_is_rejected(self, api: httpx2.Client, count: object) -> None:
        response = api.post(self.PATH, json={"prompt": "a ship", "count": count})

        assert generation_error(response) == INVALID

    @pytest.mark.host
    @pytest.mark.point("G7")
    def test_any_post_id_of_up_to_128_characters_is_accepted(self, api: httpx2.Client) -> None:
        for post_id, status in (("draft-ñ", 200), ("x" * 128, 200), ("x" * 129, 404)):
            path = f"/api/v1/posts/{post_id}/generate_images"
            assert api.post(path, json={"prompt": "a ship"}).status_code == status

    @pytest.mark.point("G6")
    def test_a_run_with_too_few_images_fails(
        self, api: httpx2.Client, comfyui: httpx2.Client
    ) -> None:
        comfyui.post("/_faults", json={"on": "run", "kind": "fewer_images"})

        response = api.post(self.PATH, json={"prompt": "two ships", "count": 2})

        assert generation_error(response) == (500, "Image generation failed")


class TestJobs:
    @pytest.mark.host
    @pytest.mark.point("X5", "G1")
    def test_an_asynchronous_request_returns_its_job(self, api: httpx2.Client) -> None:
        response = api.post(GENERATE, json=BODY, headers=RESPOND_ASYNC)

        assert response.status_code == 202
        body = response.json()
        location = without_stage(response.headers["Location"])
        assert location == f"{JOBS}/{body['job_id']}"
        assert response.headers["Retry-After"]
        finished = finished_job(api, body["job_id"])
        assert finished["state"] == "succeeded"
        assert finished["metadata"] == BODY
        assert finished["error"] is None
        assert download_image(finished["image_urls"][0]).size == (128, 64)
        time = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
        assert all(
            time.fullmatch(finished[key]) for key in ("created_at", "submitted_at", "finished_at")
        )

    @pytest.mark.point("X5", "G1")
    def test_a_request_that_waits_too_long_returns_the_location_of_its_job(
        self, api: httpx2.Client, comfyui: httpx2.Client
    ) -> None:
        comfyui.post("/_faults", json={"on": "run", "kind": "slow_run", "seconds": 3})

        response = api.post(GENERATE, json=BODY, headers={"Prefer": "wait=1"})

        assert generation_error(response)[0] == 503
        assert response.headers["Location"] in response.json()["details"]["suggestion"]
        assert int(response.headers["Retry-After"]) > 0
        job_id = response.headers["Location"].rpartition("/")[2]
        repeated = api.post(GENERATE, json=BODY)
        assert repeated.status_code == 200
        assert repeated.json()["image_url"] == finished_job(api, job_id)["image_urls"][0]
        # The job has delivered its image, so an equal request starts a new job.
        assert api.post(GENERATE, json=BODY).json()["image_url"] != repeated.json()["image_url"]

    @pytest.mark.host
    @pytest.mark.point("G1")
    def test_a_repeated_request_with_a_key_returns_the_first_response(
        self, api: httpx2.Client
    ) -> None:
        headers = {"Idempotency-Key": str(uuid.uuid4())}

        first, second = (api.post(GENERATE, json=BODY, headers=headers) for _ in "ab")

        assert first.status_code == second.status_code == 200
        assert first.json() == second.json()
        assert "Idempotent-Replayed" not in first.headers
        assert second.headers["Idempotent-Replayed"] == "true"
        other = api.post(GENERATE, json={**BODY, "seed": 43}, headers=headers)
        assert generation_error(other)[0] == 409

    @pytest.mark.host
    @pytest.mark.point("G1")
    def test_equal_requests_generate_separate_images(self, api: httpx2.Client) -> None:
        first, second = (api.post(GENERATE, json=BODY).json()["image_url"] for _ in "ab")

        assert first != second

    @pytest.mark.host
    @pytest.mark.point("X17")
    def test_jobs_are_listed_newest_first_page_by_page(self, api: httpx2.Client) -> None:
        job_ids = [start_job(api, f"number {n}") for n in range(3)]

        assert all(finished_job(api, job_id)["state"] == "succeeded" for job_id in job_ids)
        response = api.get(f"{JOBS}?limit=2")
        next_url = without_stage(response.headers["Link"].split(">")[0][1:])
        ids = [item["job_id"] for item in response.json() + api.get(next_url).json()]
        assert ids[:3] == job_ids[::-1]
        assert list(response.json()[0]) == list(read_job(api, job_ids[0]))

    @pytest.mark.point("G18")
    def test_a_cancelled_job_has_no_image(self, api: httpx2.Client, comfyui: httpx2.Client) -> None:
        comfyui.post("/_faults", json={"on": "run", "kind": "slow_run", "seconds": 20})
        job_id = start_job(api)
        assert eventually(lambda: read_job(api, job_id)["progress"] == "running")

        response = api.delete(f"{JOBS}/{job_id}")

        assert response.status_code == 200
        assert response.json()["state"] == "cancelled"
        assert eventually(
            lambda: comfyui.get(f"/api/jobs/{job_id}").json().get("status") == "cancelled"
        )
        assert read_job(api, job_id)["image_urls"] == []

    @pytest.mark.host
    def test_cancelling_a_finished_job_changes_nothing(self, api: httpx2.Client) -> None:
        job_id = start_job(api)
        finished = finished_job(api, job_id)

        assert api.delete(f"{JOBS}/{job_id}").json() == finished

    @pytest.mark.safe
    @pytest.mark.parametrize(
        "job_id", ["unknown", "1", "123e4567-e89b-12d3-a456-426614174000", "host", "%2e"]
    )
    def test_an_unknown_job_returns_404(self, api: httpx2.Client, job_id: str) -> None:
        for method in ("GET", "DELETE"):
            response = api.request(method, f"{JOBS}/{job_id}")
            assert generation_error(response) == (404, "Job not found")


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
def test_errors_of_the_framework_have_the_contracts_envelope(
    api: httpx2.Client, method: str, path: str, status: int
) -> None:
    assert generation_error(api.request(method, path))[0] == status


class TestHost:
    @pytest.mark.host
    @pytest.mark.point("G-23", "G14")
    def test_a_reachable_host_has_the_status_running(self, api: httpx2.Client) -> None:
        response = api.get("/api/images/comfyui/status")

        assert response.status_code == 200
        assert response.json() == {"status": "running", "message": "ComfyUI is running"}

    @pytest.mark.host
    @pytest.mark.point("G-24", "G15")
    def test_starting_a_running_host_succeeds(self, api: httpx2.Client) -> None:
        response = api.post("/api/images/comfyui/start")

        assert response.status_code == 200
        assert response.json() == {"status": "success", "message": "ComfyUI started successfully"}

    @pytest.mark.point("G14")
    def test_a_host_that_returns_errors_has_the_status_error(
        self, api: httpx2.Client, comfyui: httpx2.Client
    ) -> None:
        comfyui.post("/_faults", json={"on": "system_stats", "kind": "http_500"})

        body = api.get("/api/images/comfyui/status").json()

        assert body["status"] == "error"


@pytest.mark.point("G2")
@pytest.mark.documented
def test_an_unreachable_host_without_an_instance_returns_503(
    local_functions: SystemUnderTest,
) -> None:
    """Only with functions, because a local cloud has an instance and starts it."""
    assert local_functions.comfyui
    local_functions.comfyui.post("/_faults", json={"kind": "close_connection", "calls": 100})

    response = generate(local_functions.api)

    local_functions.comfyui.delete("/_faults")
    assert response.status_code == 503
    assert response.json() == {
        "status": "error",
        "message": "Image generation failed",
        "details": {
            "error": "ComfyUI service unavailable",
            "suggestion": "Check if ComfyUI is running",
        },
    }
