"""The OpenAPI document of the API, and the check of responses against it."""

import json
import re
from typing import Any

import httpx2
from openapi_schema_validator import OAS31Validator

from ops.template import ROOT

DOCUMENT: dict[str, Any] = json.loads((ROOT / "functions" / "home" / "openapi.json").read_text())

# Internal details that no response may contain: code, paths on disk, credentials, AWS errors.
SECRETS = re.compile(
    r"Traceback|\.py\b|/var/task|/opt/python|site-packages|cloudinary://|api_secret|"
    r"botocore|pydantic|arn:aws|AccessDenied|ResourceNotFoundException"
)


def assert_documented(response: httpx2.Response, path: str, *marks: str) -> None:
    """Fail unless the document declares the response's status and body for the path.

    `marks` are secrets in the request; the response must not repeat them.
    """
    request = response.request
    summary = f"{request.method} {request.url!r}: {response.status_code} {response.text[:300]}"
    responses = DOCUMENT["paths"][path][request.method.lower()]["responses"]
    assert response.status_code < 500, summary
    assert str(response.status_code) in responses, summary
    content = responses[str(response.status_code)].get("content", {}).get("application/json")
    if content:
        schema = {**content["schema"], "components": DOCUMENT["components"]}
        assert OAS31Validator(schema).is_valid(response.json()), summary
    assert not SECRETS.search(response.text), summary
    assert not [mark for mark in marks if mark in response.text], summary
