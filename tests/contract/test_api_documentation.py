"""The OpenAPI document and its pages, as the contracts define them."""

import re
from typing import Any

import httpx2
import pytest

from tests.support.gallery import User, new_name
from tests.support.generation import finished_job

PAGES = ["/docs", "/redoc"]
ASSETS = ["swagger-ui-bundle.js", "swagger-ui.css", "redoc.standalone.js"]


@pytest.fixture
def document(api: httpx2.Client) -> dict[str, Any]:
    body: dict[str, Any] = api.get("/openapi.json").json()
    return body


def example(document: dict[str, Any], name: str) -> dict[str, Any]:
    body: dict[str, Any] = document["components"]["schemas"][name]["examples"][0]
    return body


@pytest.mark.point("X18")
@pytest.mark.safe
def test_the_document_has_the_version_and_tag_of_the_contracts(
    document: dict[str, Any],
) -> None:
    tagged = {
        (method, path)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if operation["tags"] == ["images-v2"]
    }

    assert document["info"]["version"] == "1.0.0"
    assert tagged >= {
        (method, f"/api/v2/images{path}")
        for method, path in [
            ("post", "/upload"),
            ("get", "/{story_id}"),
            ("get", ""),
            ("get", "/story-ids"),
            ("delete", "/{story_id}"),
            ("delete", ""),
        ]
    }


@pytest.mark.point("X18")
@pytest.mark.safe
@pytest.mark.parametrize("path", PAGES)
def test_a_page_loads_the_document(api: httpx2.Client, path: str) -> None:
    response = api.get(path)

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert '"openapi.json"' in response.text


@pytest.mark.point("X18")
@pytest.mark.safe
@pytest.mark.parametrize("path", PAGES)
def test_a_page_uses_no_other_host_and_runs_only_its_own_scripts(
    api: httpx2.Client, path: str
) -> None:
    response = api.get(path)

    # No URLs of other hosts, and no absolute paths, which do not work below a stage.
    assert not re.search(r"""https?:|["'(]/\w""", response.text)
    policy = response.headers["Content-Security-Policy"]
    assert re.search(r"script-src 'self' 'sha256-[\w+/]{43}=';", policy)
    assert policy.startswith("default-src 'none'; connect-src 'self';")


@pytest.mark.safe
@pytest.mark.parametrize("name", ASSETS)
def test_the_assets_of_a_page_are_cached_for_a_day(api: httpx2.Client, name: str) -> None:
    response = api.get(f"/docs/{name}")

    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/")
    assert response.headers["Cache-Control"] == "public, max-age=86400"
    assert len(response.content) > 100_000


@pytest.mark.point("X1")
@pytest.mark.safe
@pytest.mark.parametrize("name", ["x.js", "..%2Fapp.py", "__init__.py"])
def test_other_files_return_404(api: httpx2.Client, name: str) -> None:
    response = api.get(f"/docs/{name}")

    assert (response.status_code, response.json()) == (404, {"detail": "Not Found"})


@pytest.mark.parametrize(
    ("resource", "model"),
    [
        ("settings", "Setting"),
        ("styles", "Style"),
        ("formats", "Format"),
        ("prompt_examples", "PromptExample"),
    ],
)
def test_the_examples_of_the_catalog_succeed(
    api: httpx2.Client, document: dict[str, Any], resource: str, model: str
) -> None:
    path = f"/api/images/{resource}"

    created = api.post(path, json=example(document, f"{model}In"))
    changed = api.put(f"{path}/{created.json()['id']}", json=example(document, f"{model}Changes"))
    api.delete(f"{path}/{created.json()['id']}")

    assert (created.status_code, changed.status_code) == (201, 200)


@pytest.mark.host
@pytest.mark.parametrize(
    ("path", "model"),
    [
        ("/api/images/generate", "GenerateImage"),
        ("/api/v1/posts/1/generate_images", "GenerateImages"),
    ],
)
def test_the_examples_of_generation_succeed(
    api: httpx2.Client, document: dict[str, Any], path: str, model: str
) -> None:
    response = api.post(path, json=example(document, model), headers={"Prefer": "respond-async"})

    assert response.status_code == 202
    assert finished_job(api, response.json()["job_id"])["state"] == "succeeded"


def test_the_examples_of_accounts_and_publications_succeed(
    api: httpx2.Client, john: User, document: dict[str, Any]
) -> None:
    name = new_name()
    account = example(document, "UserCreate") | {"username": name, "email": f"{name}@example.com"}
    registered = api.post("/auth/register", json=account)
    login = example(document, "LoginForm") | {"username": name}
    logged_in = api.post("/auth/login", data=login)
    publication = example(document, "NewPublication") | {"publicationId": name}
    created = john.request("POST", "/api/v1/publications", json=publication)

    assert registered.status_code == 201
    assert logged_in.status_code == 200
    assert created.status_code == 201


def test_the_example_of_sharing_is_valid(john: User, document: dict[str, Any]) -> None:
    image_id = john.upload()["image_id"]

    response = john.request(
        "POST", f"/sharing/share/{image_id}", json=example(document, "ShareImage")
    )

    assert response.status_code in (200, 404)
    assert response.status_code == 200 or response.json() == {"detail": "User not found"}
