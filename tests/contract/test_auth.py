"""Accounts: registering and logging in as the gallery's document says."""

import re
from typing import Any

import httpx2
import pytest

from tests.conftest import Target
from tests.support.gallery import PASSWORD, account, log_in, new_name, register

NAIVE_SECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
WRONG = {"detail": "Incorrect username or password"}


class TestRegister:
    @pytest.mark.point("S-3", "X7", "X8", "C10", "C13", "C31")
    def test_answers_with_exactly_four_keys(self, api: httpx2.Client) -> None:
        name = new_name()

        answer = register(api, name)

        body = answer.json()
        assert answer.status_code == 201
        assert list(body) == ["user_id", "username", "email", "created_at"]
        assert type(body["user_id"]) is int and 0 < body["user_id"] < 2**53
        assert (body["username"], body["email"]) == (name, f"{name}@example.com")
        assert NAIVE_SECONDS.fullmatch(body["created_at"])

    @pytest.mark.point("S-3", "C8")
    def test_a_name_is_unique_whatever_its_case(self, api: httpx2.Client) -> None:
        name = new_name()
        register(api, name)

        answer = register(api, name.upper(), email=f"{new_name()}@example.com")

        assert answer.status_code == 400
        assert answer.json() == {"detail": "Username already registered"}

    @pytest.mark.point("S-3", "C6")
    def test_an_email_is_unique_whatever_its_case(self, api: httpx2.Client) -> None:
        name = new_name()
        register(api, name)

        answer = register(api, new_name(), email=f"{name.upper()}@EXAMPLE.com")

        assert answer.status_code == 400
        assert answer.json() == {"detail": "Email already registered"}

    @pytest.mark.point("C7")
    def test_when_both_are_taken_the_name_is_told(self, api: httpx2.Client) -> None:
        name = new_name()
        register(api, name)

        assert register(api, name).json() == {"detail": "Username already registered"}

    @pytest.mark.point("C7")
    def test_a_refused_registration_holds_nothing(self, api: httpx2.Client) -> None:
        taken, name = new_name(), new_name()
        register(api, taken)
        register(api, name, email=f"{taken}@example.com")

        assert register(api, name).status_code == 201

    @pytest.mark.point("C8")
    def test_a_name_is_shown_as_typed(self, api: httpx2.Client) -> None:
        name = new_name().title()

        assert register(api, name).json()["username"] == name

    @pytest.mark.point("C13")
    def test_fields_that_are_not_asked_for_change_nothing(self, api: httpx2.Client) -> None:
        answer = register(api, new_name(), user_id=1, sub="x", groups=["admin"], is_admin=True)

        assert answer.status_code == 201
        assert answer.json()["user_id"] != 1

    @pytest.mark.safe
    @pytest.mark.point("X11", "C5")
    def test_a_bad_address_is_told_as_printed(self, api: httpx2.Client) -> None:
        answer = register(api, new_name(), email="marked-no-address", password="marked-password")

        assert answer.status_code == 422
        assert answer.json() == {
            "detail": [
                {
                    "loc": ["body", "email"],
                    "msg": "value is not a valid email address",
                    "type": "value_error.email",
                }
            ]
        }
        assert "marked" not in answer.text

    @pytest.mark.safe
    @pytest.mark.point("X10", "C6")
    @pytest.mark.variants("email")
    @pytest.mark.parametrize(
        "email",
        ["", "a", "a@localhost", "a@x.test", "A <a@example.com>", " a@example.com", "a@b@c.com", 7],
    )
    def test_only_a_bare_address_is_taken(self, api: httpx2.Client, email: Any) -> None:
        answer = register(api, new_name(), email=email)

        assert answer.status_code == 422
        assert [item["loc"] for item in answer.json()["detail"]] == [["body", "email"]]

    @pytest.mark.safe
    @pytest.mark.point("X11", "C8")
    @pytest.mark.variants("name")
    @pytest.mark.parametrize("name", ["", "x" * 51, "two words", "tab\t", "nul\x00", None, 7, []])
    def test_a_bad_name_is_refused(self, api: httpx2.Client, name: Any) -> None:
        email = f"{new_name()}@example.com"

        answer = api.post("/auth/register", json={**account("x"), "username": name, "email": email})

        assert answer.status_code == 422
        assert {tuple(item) for item in answer.json()["detail"]} == {("loc", "msg", "type")}

    @pytest.mark.safe
    @pytest.mark.point("C5")
    @pytest.mark.variants("field")
    @pytest.mark.parametrize("field", ["username", "email", "password"])
    def test_a_missing_field_is_told_as_pydantic_1_did(
        self, api: httpx2.Client, field: str
    ) -> None:
        body = account(new_name())
        del body[field]

        answer = api.post("/auth/register", json=body)

        assert answer.json() == {
            "detail": [
                {"loc": ["body", field], "msg": "field required", "type": "value_error.missing"}
            ]
        }

    @pytest.mark.point("C9")
    def test_a_password_that_the_pool_refuses_is_told_and_holds_nothing(
        self, api: httpx2.Client
    ) -> None:
        name = new_name()

        answer = register(api, name, password="12345")

        assert answer.status_code == 422
        assert [item["loc"] for item in answer.json()["detail"]] == [["body", "password"]]
        assert register(api, name).status_code == 201

    @pytest.mark.safe
    @pytest.mark.variants("content")
    @pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'"x"', b"\xff"])
    def test_what_is_no_json_object_is_refused(self, api: httpx2.Client, content: bytes) -> None:
        answer = api.post("/auth/register", content=content)

        assert answer.status_code in (400, 422)
        assert list(answer.json()) == ["detail"]


class TestLogin:
    @pytest.mark.point("S-4")
    def test_gives_a_bearer_token(self, api: httpx2.Client) -> None:
        name = new_name()
        register(api, name)

        answer = log_in(api, name)

        assert answer.status_code == 200
        assert list(answer.json()) == ["access_token", "token_type"]
        assert answer.json()["token_type"] == "bearer"

    @pytest.mark.point("S-4")
    def test_is_by_name_whatever_its_case(self, api: httpx2.Client) -> None:
        name = new_name()
        register(api, name)

        assert log_in(api, name.upper()).status_code == 200

    @pytest.mark.point("S-4", "C4", "C11")
    @pytest.mark.variants("password")
    @pytest.mark.parametrize("password", ["wrong-password", "x", "x" * 300, "with space"])
    def test_a_wrong_password_and_an_unknown_name_are_told_alike(
        self, api: httpx2.Client, password: str
    ) -> None:
        name = new_name()
        register(api, name)

        known, unknown = log_in(api, name, password), log_in(api, new_name(), password)

        for answer in (known, unknown):
            assert (answer.status_code, answer.json()) == (401, WRONG)
            assert answer.headers["x-amzn-Remapped-WWW-Authenticate"] == "Bearer"

    @pytest.mark.safe
    @pytest.mark.point("C11")
    @pytest.mark.variants("name")
    @pytest.mark.parametrize("name", ["two words", "é", "' OR 1=1", "x" * 200])
    def test_an_odd_name_is_a_wrong_one(self, api: httpx2.Client, name: str) -> None:
        assert log_in(api, name).json() == WRONG

    @pytest.mark.safe
    @pytest.mark.point("X11", "C11")
    def test_json_is_not_a_form(self, api: httpx2.Client) -> None:
        answer = api.post("/auth/login", json={"username": "x", "password": PASSWORD})

        assert answer.status_code == 422
        assert {tuple(item["loc"]) for item in answer.json()["detail"]} == {
            ("body", "username"),
            ("body", "password"),
        }
        assert PASSWORD not in answer.text

    @pytest.mark.point("C11")
    def test_the_oauth2_grant_type_is_taken(self, api: httpx2.Client) -> None:
        name = new_name()
        register(api, name)
        form = {"grant_type": "password", "username": name, "password": PASSWORD, "scope": ""}

        assert api.post("/auth/login", data=form).status_code == 200


@pytest.mark.safe
@pytest.mark.point("X1")
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/auth/register", 405),
        ("GET", "/auth/login", 405),
        ("POST", "/auth/nowhere", 404),
    ],
)
def test_other_calls_are_refused_in_the_envelope(
    api: httpx2.Client, method: str, path: str, status: int
) -> None:
    answer = api.request(method, path)

    assert answer.status_code == status
    assert list(answer.json()) == ["detail"]


@pytest.mark.point("X11", "C9")
def test_a_password_is_never_logged(handlers: Target) -> None:
    assert handlers.settings
    name, secret = new_name(), "marked-password-4711"
    register(handlers.api, name, password=secret)
    register(handlers.api, name, password=secret)
    register(handlers.api, new_name(), email="no-address", password=secret)
    log_in(handlers.api, name, secret)
    log_in(handlers.api, name, f"{secret}-wrong")
    token = log_in(handlers.api, name, secret).json()["access_token"]
    handlers.api.get("/images/my-images", headers={"Authorization": f"Bearer {token}x"})

    log = (handlers.settings.logs / "functions.log").read_text()

    assert "Rejected a token" in log
    assert secret not in log
    assert token not in log


@pytest.mark.parametrize("body", [b"{", b"[" * 5000], ids=["open", "deep"])
def test_what_is_no_json_is_told_as_such(api: httpx2.Client, body: bytes) -> None:
    answer = api.post("/auth/register", content=body)

    assert answer.status_code == 422
    assert [(item["loc"][0], item["type"]) for item in answer.json()["detail"]] == [
        ("body", "value_error.jsondecode")
    ]
