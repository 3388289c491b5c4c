"""Numbers and composed texts of generation that a row could not hold."""

import httpx2
import pytest

from tests.support.generation import GENERATE, JOBS, RESPOND_ASYNC

MAX_SEED = 2**64 - 1


def start(api: httpx2.Client, **body: object) -> httpx2.Response:
    """Start a generation, and cancel its job."""
    response = api.post(GENERATE, json={"prompt": "a pier", **body}, headers=RESPOND_ASYNC)
    if response.status_code == 202:
        api.delete(f"{JOBS}/{response.json()['job_id']}")
    return response


@pytest.mark.point("N5")
@pytest.mark.parametrize(
    ("cfg_scale", "status"),
    [(1e-131, 400), (5e-324, 400), (9.99e-131, 400), (1e-130, 202), (0, 202), (-0.0, 202)],
)
def test_a_number_that_the_store_cannot_represent_is_rejected(
    api: httpx2.Client, cfg_scale: float, status: int
) -> None:
    assert start(api, cfg_scale=cfg_scale).status_code == status


@pytest.mark.point("N5", "G10b")
def test_a_setting_that_the_store_cannot_represent_is_ignored(api: httpx2.Client) -> None:
    setting = {"name": "cfg_scale", "value": "1e-200"}
    first = next(
        item for item in api.get("/api/images/settings").json() if item["name"] == "cfg_scale"
    )
    path = f"/api/images/settings/{first['id']}"
    api.put(path, json=setting)
    try:
        assert start(api).json()["metadata"]["cfg_scale"] == 7.0
    finally:
        api.put(path, json={"value": first["value"]})


@pytest.mark.point("N5", "G4")
@pytest.mark.parametrize("seed", [MAX_SEED + 1, 2**65, 10**40])
def test_the_error_of_a_large_seed_states_the_limit_exactly(api: httpx2.Client, seed: int) -> None:
    response = start(api, seed=seed)

    assert response.status_code == 400
    assert str(MAX_SEED) in response.json()["details"]["error"]


@pytest.mark.point("N9", "G17")
@pytest.mark.parametrize(
    ("template", "prompt_length", "status"),
    [
        ("{prompt}" * 1000, 10_000, 400),
        ("{prompt}" * 2, 10_000, 202),
        ("{prompt}" * 2 + ".", 10_000, 400),
        ("x" * 9_998, 10_000, 202),  # appended after a comma and a space
        ("x" * 9_999, 10_000, 400),
    ],
)
def test_a_styled_prompt_has_a_maximum_length(
    api: httpx2.Client, template: str, prompt_length: int, status: int
) -> None:
    style = {"name": "long", "prompt_template": template}
    style_id = api.post("/api/images/styles", json=style).json()["id"]

    response = start(api, prompt="p" * prompt_length, style_id=style_id)

    assert response.status_code == status
    assert status == 202 or "20000 characters" in response.json()["details"]["error"]
    api.delete(f"/api/images/styles/{style_id}")
