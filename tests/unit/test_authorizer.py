"""The authorizer allows a valid bearer token to call the whole API and rejects anything else."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from ops.template import ROOT
from tests.support.functions import CREDENTIALS
from tests.support.handler_process import LambdaContext
from tests.support.tokens import SETTINGS, KeyServer, claims, token, use_key_server

# isort: split
from authorizer import app

API = "arn:aws-cn:execute-api:cn-north-1:123456789012:abcdef1234/live"


@pytest.fixture(autouse=True)
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[KeyServer]:
    with KeyServer() as server:
        use_key_server(server, monkeypatch)
        yield server


def event(headers: dict[str, str] | None, **fields: Any) -> dict[str, Any]:
    return {
        "type": "REQUEST",
        "methodArn": f"{API}/GET/api/v3/images/1",
        "resource": "/{proxy+}",
        "path": "/api/v3/images/1",
        "httpMethod": "GET",
        "headers": headers,
        "queryStringParameters": None,
        "requestContext": {"stage": "live", "httpMethod": "GET"},
        **fields,
    }


def authorize(headers: dict[str, str] | None, **fields: Any) -> dict[str, Any]:
    return app.handler(event(headers, **fields), LambdaContext())


def is_rejected(headers: dict[str, str] | None, **fields: Any) -> bool:
    with pytest.raises(Exception, match=r"^Unauthorized$") as error:
        authorize(headers, **fields)
    # The runtime logs the error together with its cause.
    assert error.value.__suppress_context__ and error.value.__cause__ is None
    return type(error.value) is Exception


def test_a_valid_token_may_call_the_whole_stage() -> None:
    content = claims()

    response = authorize({"Authorization": f"Bearer {token(content)}"})

    assert response["principalId"] == content["sub"]
    assert response["policyDocument"] == {
        "Version": "2012-10-17",
        "Statement": [
            {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": f"{API}/*/*"}
        ],
    }


@pytest.mark.parametrize("path", ["GET/", "POST/api/v2/images/upload", "DELETE/a//b/../*/c"])
def test_the_policy_is_the_same_for_every_route(path: str) -> None:
    response = authorize({"Authorization": f"Bearer {token(claims())}"}, methodArn=f"{API}/{path}")

    assert response["policyDocument"]["Statement"][0]["Resource"] == f"{API}/*/*"


def test_the_context_contains_the_claims_as_text() -> None:
    content = claims(**{"cognito:groups": ["editors", "admins"]})

    context = authorize({"Authorization": f"Bearer {token(content)}"})["context"]

    assert context == {
        "sub": content["sub"],
        "username": "ada",
        "groups": "editors,admins",
        "exp": str(content["exp"]),
    }
    assert all(type(value) is str for value in context.values())


def test_a_user_without_groups_has_an_empty_text() -> None:
    assert authorize({"Authorization": f"Bearer {token(claims())}"})["context"]["groups"] == ""


def test_a_group_with_a_comma_is_omitted() -> None:
    content = claims(**{"cognito:groups": ["guests,admins", "editors"]})

    assert (
        authorize({"Authorization": f"Bearer {token(content)}"})["context"]["groups"] == "editors"
    )


@pytest.mark.parametrize("name", ["Authorization", "authorization", "AUTHORIZATION"])
@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER  "])
def test_header_name_and_scheme_are_case_insensitive(name: str, scheme: str) -> None:
    assert (
        authorize({"Accept": "*/*", name: scheme + token(claims())})["context"]["username"] == "ada"
    )


@pytest.mark.parametrize("headers", [None, {}, {"Accept": "*/*"}, {"Authorization": ""}], ids=str)
def test_a_request_without_the_header_is_rejected(headers: dict[str, str] | None) -> None:
    assert is_rejected(headers)


def test_an_event_without_headers_is_rejected() -> None:
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        app.handler({"methodArn": f"{API}/GET/"}, LambdaContext())


@pytest.mark.parametrize(
    "value",
    ["{}", "Basic {}", "Token {}", "Bearer", "Bearer {} x", "Bearer {0} {0}", "Bearer:{}", "B {}"],
)
def test_another_scheme_is_rejected(value: str) -> None:
    assert is_rejected({"Authorization": value.format(token(claims()))})


def test_an_invalid_token_is_rejected() -> None:
    for text in ("x", "x.y.z", token(claims(exp=1)), token(claims()) + "x"):
        assert is_rejected({"Authorization": f"Bearer {text}"})


def test_two_headers_are_rejected() -> None:
    value = f"Bearer {token(claims())}"

    assert is_rejected({"Authorization": value, "authorization": value})


def test_a_token_outside_the_header_is_ignored() -> None:
    value = f"Bearer {token(claims())}"
    tokens = {"Authorization": value, "access_token": token(claims())}

    assert is_rejected(
        {"X-Authorization": value, "Cookie": f"Authorization={value}"},
        queryStringParameters=tokens,
        stageVariables=tokens,
        body=f"access_token={token(claims())}",
    )


def test_a_failed_fetch_of_keys_is_unauthorized(server: KeyServer) -> None:
    server.status = 500

    assert is_rejected({"Authorization": f"Bearer {token(claims())}"})


SCRIPT = """
import json, sys
from authorizer import app
from tests.support.handler_process import LambdaContext
for line in sys.stdin:
    try:
        print("RESULT", bool(app.handler(json.loads(line), LambdaContext())))
    except Exception as error:
        print("RESULT", error)
print("LOADED", *sorted({"boto3", "fastapi", "pynamodb", "pydantic"} & set(sys.modules)))
"""


def test_a_new_process_imports_few_packages_and_logs_no_token(server: KeyServer) -> None:
    texts = [token(claims()), token(claims(exp=1))]
    events = [event({"Authorization": f"Bearer {text}"}) for text in texts]

    process = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT],
        input="\n".join(map(json.dumps, events)),
        env={
            **CREDENTIALS,
            **SETTINGS,
            "TOKEN_JWKS_URL": server.url,
            "POWERTOOLS_LOG_LEVEL": "DEBUG",
            "POWERTOOLS_LOGGER_LOG_EVENT": "true",
            "PYTHONPATH": os.pathsep.join(
                [f"{ROOT}/functions", f"{ROOT}/layers/darkroom", f"{ROOT}"]
            ),
        },
        capture_output=True,
        text=True,
        check=True,
    )

    lines = process.stdout.splitlines()
    assert [line for line in lines if line.startswith("RESULT")] == [
        "RESULT True",
        "RESULT Unauthorized",
    ]
    assert lines[-1].split() == ["LOADED"]
    assert not [text for text in texts if text.split(".")[1] in process.stdout + process.stderr]
