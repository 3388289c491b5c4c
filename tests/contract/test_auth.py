"""Accounts: registration and login, as the gallery's document describes them."""

import re
from typing import Any

import httpx2
import pytest

from tests.conftest import SystemUnderTest
from tests.support.gallery import PASSWORD, log_in, new_name, register, registration_body

NAIVE_SECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
WRONG_LOGIN = {"detail": "Incorrect username or password"}


class TestRegistration:
    @pytest.mark.point("S-3", "X7", "X8", "C10", "C13", "C31")
    def test_a_registration_returns_exactly_four_keys(self, api: httpx2.Client) -> None:
        name = new_name()

        response = register(api, name)

        body = response.json()
        assert response.status_code == 201
        assert list(body) == ["user_id", "username", "email", "created_at"]
        assert type(body["user_id"]) is int and 0 < body["user_id"] < 2**53
        assert (body["username"], body["email"]) == (name, f"{name}@example.com")
        assert NAIVE_SECONDS.fullmatch(body["created_at"])

    @pytest.mark.point("S-3", "C8")
    def test_a_name_is_unique_regardless_of_case(self, api: httpx2.Client) -> None:
        name = new_name()
        register(api, name)

        response = register(api, name.upper(), email=f"{new_name()}@example.com")

        assert response.status_code == 400
        assert response.json() == {"detail": "Username already registered"}

    @pytest.mark.point("S-3", "C6")
    def test_an_email_is_unique_regardless_of_case(self, api: httpx2.Client) -> None:
        name = new_name()
        register(api, name)

        response = register(api, new_name(), email=f"{name.upper()}@EXAMPLE.com")

        assert response.status_code == 400
        assert response.json() == {"detail": "Email already registered"}

    @pytest.mark.point("C7")
    def test_the_error_is_about_the_name_if_name_and_email_are_taken(
        self, api: httpx2.Client
    ) -> None:
        name = new_name()
        register(api, name)

        assert register(api, name).json() == {"detail": "Username already registered"}

    @pytest.mark.point("C7")
    def test_a_rejected_registration_reserves_no_name(self, api: httpx2.Client) -> None:
        taken, name = new_name(), new_name()
        register(api, taken)
        register(api, name, email=f"{taken}@example.com")

        assert register(api, name).status_code == 201

    @pytest.mark.point("C8")
    def test_a_name_keeps_its_case(self, api: httpx2.Client) -> None:
        name = new_name().title()

        assert register(api, name).json()["username"] == name

    @pytest.mark.point("C13")
    def test_undocumented_fields_are_ignored(self, api: httpx2.Client) -> None:
        response = register(api, new_name(), user_id=1, sub="x", groups=["admin"], is_admin=True)

        assert response.status_code == 201
        assert response.json()["user_id"] != 1

    @pytest.mark.safe
    @pytest.mark.point("X11", "C5")
    def test_an_invalid_email_returns_the_documented_error(self, api: httpx2.Client) -> None:
        response = register(api, new_name(), email="marked-no-address", password="marked-password")

        assert response.status_code == 422
        assert response.json() == {
            "detail": [
                {
                    "loc": ["body", "email"],
                    "msg": "value is not a valid email address",
                    "type": "value_error.email",
                }
            ]
        }
        assert "marked" not in response.text

    @pytest.mark.safe
    @pytest.mark.point("X10", "C6")
    @pytest.mark.variants("email")
    @pytest.mark.parametrize(
        "email",
        ["", "a", "a@localhost", "a@x.test", "A <a@example.com>", " a@example.com", "a@b@c.com", 7],
    )
    def test_only_a_bare_email_address_is_accepted(self, api: httpx2.Client, email: Any) -> None:
        response = register(api, new_name(), email=email)

        assert response.status_code == 422
        assert [item["loc"] for item in response.json()["detail"]] == [["body", "email"]]

    @pytest.mark.safe
    @pytest.mark.point("X11", "C8")
    @pytest.mark.variants("name")
    @pytest.mark.parametrize("name", ["", "x" * 51, "two words", "tab\t", "nul\x00", None, 7, []])
    def test_an_invalid_name_is_rejected(self, api: httpx2.Client, name: Any) -> None:
        email = f"{new_name()}@example.com"

        response = api.post(
            "/auth/register", json={**registration_body("x"), "username": name, "email": email}
        )

        assert response.status_code == 422
        assert {tuple(item) for item in response.json()["detail"]} == {("loc", "msg", "type")}

    @pytest.mark.safe
    @pytest.mark.point("C5")
    @pytest.mark.variants("field")
    @pytest.mark.parametrize("field", ["username", "email", "password"])
    def test_a_missing_field_returns_the_error_of_pydantic_1(
        self, api: httpx2.Client, field: str
    ) -> None:
        body = registration_body(new_name())
        del body[field]

        response = api.post("/auth/register", json=body)

        assert response.json() == {
            "detail": [
                {"loc": ["body", field], "msg": "field required", "type": "value_error.missing"}
            ]
        }

    @pytest.mark.point("C9")
    def test_a_password_that_the_pool_rejects_reserves_no_name(self, api: httpx2.Client) -> None:
        name = new_name()

        response = register(api, name, password="12345")

        assert response.status_code == 422
        assert [item["loc"] for item in response.json()["detail"]] == [["body", "password"]]
        assert register(api, name).status_code == 201

    @pytest.mark.safe
    @pytest.mark.variants("content")
    @pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'"x"', b"\xff"])
    def test_a_body_that_is_not_a_json_object_is_rejected(
        self, api: httpx2.Client, content: bytes
    ) -> None:
        response = api.post("/auth/register", content=content)

        assert response.status_code in (400, 422)
        assert list(response.json()) == ["detail"]


class TestLogin:
    @pytest.mark.point("S-4")
    def test_a_login_returns_a_bearer_token(self, api: httpx2.Client) -> None:
        name = new_name()
        register(api, name)

        response = log_in(api, name)

        assert response.status_code == 200
        assert list(response.json()) == ["access_token", "token_type"]
        assert response.json()["token_type"] == "bearer"

    @pytest.mark.point("S-4")
    def test_the_name_is_found_regardless_of_case(self, api: httpx2.Client) -> None:
        name = new_name()
        register(api, name)

        assert log_in(api, name.upper()).status_code == 200

    @pytest.mark.point("S-4", "C4", "C11")
    @pytest.mark.variants("password")
    @pytest.mark.parametrize("password", ["wrong-password", "x", "x" * 300, "with space"])
    def test_a_wrong_password_and_an_unknown_name_return_the_same_error(
        self, api: httpx2.Client, password: str
    ) -> None:
        name = new_name()
        register(api, name)

        known, unknown = log_in(api, name, password), log_in(api, new_name(), password)

        for response in (known, unknown):
            assert (response.status_code, response.json()) == (401, WRONG_LOGIN)
            assert response.headers["x-amzn-Remapped-WWW-Authenticate"] == "Bearer"

    @pytest.mark.safe
    @pytest.mark.point("C11")
    @pytest.mark.variants("name")
    @pytest.mark.parametrize("name", ["two words", "é", "' OR 1=1", "x" * 200])
    def test_an_invalid_name_returns_the_same_error(self, api: httpx2.Client, name: str) -> None:
        assert log_in(api, name).json() == WRONG_LOGIN

    @pytest.mark.safe
    @pytest.mark.point("X11", "C11")
    def test_a_json_body_is_rejected(self, api: httpx2.Client) -> None:
        response = api.post("/auth/login", json={"username": "x", "password": PASSWORD})

        assert response.status_code == 422
        assert {tuple(item["loc"]) for item in response.json()["detail"]} == {
            ("body", "username"),
            ("body", "password"),
        }
        assert PASSWORD not in response.text

    @pytest.mark.point("C11")
    def test_the_fields_of_oauth2_are_accepted(self, api: httpx2.Client) -> None:
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
def test_unknown_paths_and_methods_return_the_envelope(
    api: httpx2.Client, method: str, path: str, status: int
) -> None:
    response = api.request(method, path)

    assert response.status_code == status
    assert list(response.json()) == ["detail"]


@pytest.mark.point("X11", "C9")
def test_a_password_is_never_logged(local_functions: SystemUnderTest) -> None:
    assert local_functions.settings
    name, password = new_name(), "marked-password-4711"
    register(local_functions.api, name, password=password)
    register(local_functions.api, name, password=password)
    register(local_functions.api, new_name(), email="no-address", password=password)
    log_in(local_functions.api, name, password)
    log_in(local_functions.api, name, f"{password}-wrong")
    token = log_in(local_functions.api, name, password).json()["access_token"]
    local_functions.api.get("/images/my-images", headers={"Authorization": f"Bearer {token}x"})

    log = (local_functions.settings.logs / "functions.log").read_text()

    assert "Rejected a token" in log
    assert password not in log
    assert token not in log


@pytest.mark.parametrize("body", [b"{", b"[" * 5000], ids=["unclosed", "deeply nested"])
def test_invalid_json_returns_a_decoding_error(api: httpx2.Client, body: bytes) -> None:
    response = api.post("/auth/register", content=body)

    assert response.status_code == 422
    assert [(item["loc"][0], item["type"]) for item in response.json()["detail"]] == [
        ("body", "value_error.jsondecode")
    ]
