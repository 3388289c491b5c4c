"""Every error is returned with its status, in the envelope of its contract."""

import importlib
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import APIRouter

from darkroom.errors import DarkroomError, InvalidInputError
from darkroom.observability.log import Handler, logger
from darkroom.web.app import create_app, create_handler
from darkroom.web.envelopes import GALLERY, GENERATION, STORIES, Envelope
from darkroom.web.error_handlers import STATUS_CODES
from ops.template import ROOT
from publications.envelope import ENVELOPE as PUBLICATIONS
from tests.unit.darkroom.example_app import call, invoke, new_event, router

GENERATION_HANDLER = create_handler(create_app("Things", router, GENERATION))


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        ("GET", "/nothing", 404, {"detail": "Not Found"}),
        ("POST", "/things", 405, {"detail": "Method Not Allowed"}),
        ("GET", "/things/bug", 500, {"detail": "Internal Server Error"}),
    ],
    ids=["unknown path", "wrong method", "bug"],
)
def test_errors_of_the_framework_have_the_envelope(
    method: str, path: str, status: int, body: dict[str, str]
) -> None:
    response = call(method, path)

    assert (response.status_code, response.json()) == (status, body)


@pytest.mark.parametrize("error", STATUS_CODES)
def test_a_darkroom_error_has_its_status_and_message(error: type[DarkroomError]) -> None:
    response = call("GET", f"/things/errors/{error.__name__}")

    assert response.status_code == STATUS_CODES[error]
    assert response.json() == {"detail": "A message"}


@pytest.mark.parametrize("error", STATUS_CODES)
def test_errors_of_generation_contain_a_suggestion(error: type[DarkroomError]) -> None:
    response = invoke(GENERATION_HANDLER, new_event("GET", f"/things/errors/{error.__name__}"))

    assert response.status_code == STATUS_CODES[error]
    body = response.json()
    assert body.pop("message") == (
        "Invalid request data" if error is InvalidInputError else "A message"
    )
    assert body["details"].pop("suggestion")
    assert body == {"status": "error", "details": {"error": "A message"}}


def test_generation_returns_a_bug_without_its_text() -> None:
    response = invoke(GENERATION_HANDLER, new_event("GET", "/things/bug"))

    assert (response.status_code, response.json()) == (
        500,
        {
            "status": "error",
            "message": "Internal Server Error",
            "details": {"error": "Internal Server Error", "suggestion": "Try again later"},
        },
    )


def test_the_response_to_a_bug_has_cors_headers_and_no_secret() -> None:
    response = call("GET", "/things/bug", headers={"Origin": "https://example.org"})

    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "secret" not in response.text


def test_an_invalid_value_is_not_echoed() -> None:
    response = call("GET", "/things?limit=marked")

    assert response.status_code == 400
    assert response.json()["detail"].startswith("limit: ")
    assert "marked" not in response.text


def import_all_modules() -> None:
    """Errors are found only when their modules are imported."""
    for folder in (ROOT / "functions", ROOT / "layers" / "darkroom"):
        for path in folder.glob("*/**/*.py"):
            module = ".".join(path.relative_to(folder).with_suffix("").parts)
            importlib.import_module(module.removesuffix(".__init__"))


def subclasses(kind: type[DarkroomError]) -> Iterator[type[DarkroomError]]:
    for subclass in kind.__subclasses__():
        yield subclass
        yield from subclasses(subclass)


def raising_handler(envelope: Envelope, error: Exception) -> Handler[dict[str, Any]]:
    errors = APIRouter()

    @errors.get("/error")
    async def get_error() -> None:
        raise error

    return create_handler(create_app("Errors", errors, envelope))


@pytest.mark.parametrize(
    ("envelope", "keys"),
    [
        (STORIES, {"detail"}),
        (GALLERY, {"detail"}),
        (GENERATION, {"status", "message", "details"}),
        (PUBLICATIONS, {"error", "code", "details"}),
    ],
    ids=["stories", "gallery", "generation", "publications"],
)
def test_every_subclass_has_a_status_and_the_keys_of_the_envelope(
    envelope: Envelope, keys: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bugs: list[str] = []
    monkeypatch.setattr(logger, "exception", bugs.append)
    import_all_modules()

    for kind in subclasses(DarkroomError):
        response = invoke(raising_handler(envelope, kind("A message")), new_event("GET", "/error"))
        assert 400 <= response.status_code <= 599, kind
        assert response.json().keys() == keys, kind
        assert "Traceback" not in response.text, kind
        assert bugs == [], kind
