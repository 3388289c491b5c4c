"""The API's document and its pages, as the gallery contract and stories v2 fix them."""

import re
from typing import Any

import httpx2
import pytest

from tests.support.gallery import Person, new_name
from tests.support.generation import ended

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
def test_the_document_has_the_version_and_the_tag_of_the_contracts(
    document: dict[str, Any],
) -> None:
    tagged = {
        (method, path)
        for path, item in document["paths"].items()
        for method, call in item.items()
        if call["tags"] == ["images-v2"]
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
def test_a_page_shows_the_document(api: httpx2.Client, path: str) -> None:
    answer = api.get(path)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert '"openapi.json"' in answer.text


@pytest.mark.point("X18")
@pytest.mark.safe
@pytest.mark.parametrize("path", PAGES)
def test_a_page_needs_nobody_else_and_runs_no_script_but_its_own(
    api: httpx2.Client, path: str
) -> None:
    answer = api.get(path)

    # Neither another host, nor the root of this one, which a stage is not.
    assert not re.search(r"""https?:|["'(]/\w""", answer.text)
    policy = answer.headers["Content-Security-Policy"]
    assert re.search(r"script-src 'self' 'sha256-[\w+/]{43}=';", policy)
    assert policy.startswith("default-src 'none'; connect-src 'self';")


@pytest.mark.safe
@pytest.mark.parametrize("name", ASSETS)
def test_what_a_page_loads_may_be_kept_for_a_day(api: httpx2.Client, name: str) -> None:
    answer = api.get(f"/docs/{name}")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/")
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    assert len(answer.content) > 100_000


@pytest.mark.point("X1")
@pytest.mark.safe
@pytest.mark.parametrize("name", ["x.js", "..%2Fapp.py", "__init__.py"])
def test_no_other_file_is_served(api: httpx2.Client, name: str) -> None:
    answer = api.get(f"/docs/{name}")

    assert (answer.status_code, answer.json()) == (404, {"detail": "Not Found"})


@pytest.mark.parametrize(
    ("resource", "model"),
    [
        ("settings", "Setting"),
        ("styles", "Style"),
        ("formats", "Format"),
        ("prompt_examples", "PromptExample"),
    ],
)
def test_the_catalogs_examples_run(
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
def test_the_examples_of_generation_run(
    api: httpx2.Client, document: dict[str, Any], path: str, model: str
) -> None:
    answer = api.post(path, json=example(document, model), headers={"Prefer": "respond-async"})

    assert answer.status_code == 202
    assert ended(api, answer.json()["job_id"])["state"] == "succeeded"


def test_the_examples_of_accounts_and_publications_run(
    api: httpx2.Client, john: Person, document: dict[str, Any]
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


def test_the_example_of_sharing_is_understood(john: Person, document: dict[str, Any]) -> None:
    image_id = john.upload()["image_id"]

    answer = john.request(
        "POST", f"/sharing/share/{image_id}", json=example(document, "ShareImage")
    )

    assert answer.status_code in (200, 404)
    assert answer.status_code == 200 or answer.json() == {"detail": "User not found"}
