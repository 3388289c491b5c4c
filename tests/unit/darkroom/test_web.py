"""Every answer of a function, whoever makes it, has its contract's shape and good manners."""

from typing import Any

import httpx2
import pytest
from fastapi import APIRouter, HTTPException, Response

from darkroom.errors import DarkroomError, InvalidInputError
from darkroom.observability.log import Handler
from darkroom.web.app import create_app, create_handler
from darkroom.web.envelopes import GENERATION, STORIES
from darkroom.web.error_handlers import STATUS_CODES
from tests.support.gateway import event, response
from tests.support.worker import Context

router = APIRouter(prefix="/things")


@router.get("")
def get_things(limit: int = 1) -> dict[str, int]:
    return {"limit": limit}


@router.get("/bug")
def get_bug() -> None:
    raise RuntimeError("cloudinary://key:secret@cloud")


@router.get("/errors/{name}")
def get_error(name: str) -> None:
    raise {error.__name__: error for error in STATUS_CODES}[name]("Told")


@router.get("/known")
def get_known(response: Response) -> str:
    response.headers["Cache-Control"] = "public, max-age=60"
    return "known"


@router.post("/known")
def post_known() -> None:
    pass


@router.post("/upload")
def post_upload() -> None:
    pass


@router.get("/upload", include_in_schema=False)
def refuse_get_upload() -> None:
    raise HTTPException(405)


handler = create_handler(create_app("Things", router, STORIES))
generation_handler = create_handler(create_app("Things", router, GENERATION))


def call(
    method: str, path: str, by: Handler[dict[str, Any]] = handler, **options: Any
) -> httpx2.Response:
    request = httpx2.Request(method, f"https://api.example.com{path}", **options)
    request.read()
    return response(by(event(request, request.url.path, "/{proxy+}"), Context()))


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        ("GET", "/nothing", 404, {"detail": "Not Found"}),
        ("POST", "/things", 405, {"detail": "Method Not Allowed"}),
        ("GET", "/things/bug", 500, {"detail": "Internal Server Error"}),
    ],
)
def test_errors_of_the_framework_have_the_envelope_too(
    method: str, path: str, status: int, body: dict[str, str]
) -> None:
    answer = call(method, path)

    assert (answer.status_code, answer.json()) == (status, body)


@pytest.mark.parametrize("error", STATUS_CODES)
def test_every_error_of_ours_has_its_status_and_message(error: type[DarkroomError]) -> None:
    answer = call("GET", f"/things/errors/{error.__name__}")

    assert answer.status_code == STATUS_CODES[error]
    assert answer.json() == {"detail": "Told"}


@pytest.mark.parametrize("error", STATUS_CODES)
def test_generation_suggests_what_to_do_about_every_error(error: type[DarkroomError]) -> None:
    answer = call("GET", f"/things/errors/{error.__name__}", generation_handler)

    assert answer.status_code == STATUS_CODES[error]
    body = answer.json()
    assert body.pop("message") == ("Invalid request data" if error is InvalidInputError else "Told")
    assert body["details"].pop("suggestion")
    assert body == {"status": "error", "details": {"error": "Told"}}


def test_generation_tells_a_bug_without_its_text() -> None:
    answer = call("GET", "/things/bug", generation_handler)

    assert (answer.status_code, answer.json()) == (
        500,
        {
            "status": "error",
            "message": "Internal Server Error",
            "details": {"error": "Internal Server Error", "suggestion": "Try again later"},
        },
    )


def test_a_bug_is_answered_with_cors_and_without_its_text() -> None:
    answer = call("GET", "/things/bug", headers={"Origin": "https://example.org"})

    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "secret" not in answer.text


def test_a_refused_value_is_not_echoed() -> None:
    request = httpx2.Request("GET", "https://api.example.com/things?limit=marked")
    request.read()

    answer = response(handler(event(request, "/things", "/{proxy+}"), Context()))

    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("limit: ")
    assert "marked" not in answer.text


@pytest.mark.parametrize("path", ["/things", "/things/"])
def test_one_trailing_slash_makes_no_difference(path: str) -> None:
    assert call("GET", path).json() == {"limit": 1}


def test_head_answers_as_get_without_a_body() -> None:
    get, head = call("GET", "/things"), call("HEAD", "/things")

    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["Content-Length"] == str(len(get.content))


def test_head_is_refused_where_get_is() -> None:
    assert call("HEAD", "/nothing").status_code == 404


def test_every_answer_carries_the_request_id() -> None:
    request = httpx2.Request("GET", "https://api.example.com/things")
    request.read()
    sent = event(request, "/things", "/{proxy+}")

    answer = response(handler(sent, Context()))

    assert answer.headers["X-Request-Id"] == sent["requestContext"]["requestId"]


def tag() -> str:
    return str(call("GET", "/things").headers["ETag"])


@pytest.mark.parametrize("names", ["{}", "W/{}", '"other", {}', '"other",W/{}', "*"])
def test_who_names_what_he_has_gets_no_body(names: str) -> None:
    answer = call("GET", "/things", headers={"If-None-Match": names.format(tag())})

    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["ETag"] == tag()
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("names", ['"other"', "", "nonsense"])
def test_who_names_something_else_gets_the_body(names: str) -> None:
    assert call("GET", "/things", headers={"If-None-Match": names}).status_code == 200


def test_another_body_has_another_tag() -> None:
    assert call("GET", "/things?limit=2").headers["ETag"] != tag()


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/things/bug", {}),
        ("GET", "/things?limit=x", {}),
        ("POST", "/things/known", {}),
        ("GET", "/things", {"Authorization": "Bearer any"}),
    ],
)
def test_nothing_else_is_kept(method: str, path: str, headers: dict[str, str]) -> None:
    answer = call(method, path, headers=headers | {"If-None-Match": "*"})

    assert answer.status_code != 304
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer any"}])
def test_what_a_route_says_itself_about_keeping_stands(headers: dict[str, str]) -> None:
    answer = call("GET", "/things/known", headers=headers)

    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert answer.headers["ETag"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PATCH", "/things/known", "GET, HEAD, POST"),
        ("PATCH", "/things", "GET, HEAD"),
        ("DELETE", "/things/upload", "POST"),
        ("GET", "/things/upload", "POST"),
        ("HEAD", "/things/upload", "POST"),
        ("PATCH", "/things/known/", "GET, HEAD, POST"),
    ],
)
def test_a_wrong_method_is_told_all_methods_of_its_path(
    method: str, path: str, allowed: str
) -> None:
    answer = call(method, path)

    assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)
