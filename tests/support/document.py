"""The API's document as a judge of answers."""

import json
import re
from typing import Any

import httpx2
from openapi_schema_validator import OAS31Validator

from ops.template import ROOT

DOCUMENT: dict[str, Any] = json.loads((ROOT / "functions" / "home" / "openapi.json").read_text())

# What only our side knows: code, places on its disks, keys.
SECRETS = re.compile(
    r"Traceback|\.py\b|/var/task|/opt/python|site-packages|cloudinary://|api_secret|"
    r"botocore|pydantic|arn:aws|AccessDenied|ResourceNotFoundException"
)


def judge(answer: httpx2.Response, path: str, *marks: str) -> None:
    """Fails unless the answer is one that the document has for a call at that path.

    `marks` are what the request had of secrets, none of which may come back.
    """
    request = answer.request
    what = f"{request.method} {request.url!r}: {answer.status_code} {answer.text[:300]}"
    responses = DOCUMENT["paths"][path][request.method.lower()]["responses"]
    assert answer.status_code < 500, what
    assert str(answer.status_code) in responses, what
    content = responses[str(answer.status_code)].get("content", {}).get("application/json")
    if content:
        schema = {**content["schema"], "components": DOCUMENT["components"]}
        assert OAS31Validator(schema).is_valid(answer.json()), what
    assert not SECRETS.search(answer.text), what
    assert not [mark for mark in marks if mark in answer.text], what
