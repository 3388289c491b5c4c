"""Bodies, numbers and names that clients write in more than one way."""

import json
import re
import uuid
from typing import Any

import httpx2
import pytest

from tests.support.direct_uploads import direct_upload_client
from tests.support.forms import form, gallery, part
from tests.support.gallery import User
from tests.support.images import picture
from tests.support.openapi_document import DOCUMENT
from tests.support.publications import ROOT

ITEM_KEYS = {"loc", "msg", "type"}


@pytest.mark.point("N2", "C14")
@pytest.mark.parametrize(
    "content_type", ["IMAGE/JPEG", "application/octet-stream; charset=UTF-8", "Image/png ;x", "í/é"]
)
def test_a_direct_upload_reads_types_without_case_and_parameters(
    john: User, content_type: str
) -> None:
    direct, content = direct_upload_client("gallery", john), picture()
    body = {"files": [{"name": "a", "content_type": content_type, "size": len(content)}]}
    begun = john.request("POST", direct.path, json=body).json()
    target = begun["files"][0]
    httpx2.post(target["url"], data=target["fields"], files={"file": content})

    response = direct.complete(begun)

    assert response.status_code == (400 if content_type == "í/é" else 201), response.text


FILE = part(picture(), 'name="file"; filename="a.jpg"', "image/jpeg")
OTHER_FILE = part(picture(seed=1), 'name="file"; filename="b.jpg"', "image/jpeg")
TEXT = part(b"text", 'name="file"')
NOT_A_FILE = {"loc": ["body", "file"], "msg": "value is not a valid file", "type": "value_error"}
SEVERAL_FILES = {
    "loc": ["body", "file"],
    "msg": "ensure this value has at most 1 items",
    "type": "value_error.list.max_items",
}


@pytest.mark.point("C5", "C14")
@pytest.mark.parametrize(
    ("body", "item"),
    [
        (form(TEXT), NOT_A_FILE),
        (form(FILE, OTHER_FILE), SEVERAL_FILES),
        (form(FILE, TEXT), SEVERAL_FILES),
        (form(TEXT, FILE), SEVERAL_FILES),
    ],
    ids=["text", "two files", "a file and a text", "a text and a file"],
)
def test_the_gallery_accepts_exactly_one_file(
    john: User, body: bytes, item: dict[str, Any]
) -> None:
    response = gallery(john).post(body)

    assert (response.status_code, response.json()) == (422, {"detail": [item]})
    assert john.my_images() == []


V2_WORDS = re.compile(r"Input should|String should|List should|Value error|class '|Expected")


@pytest.mark.point("C5")
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/images/uploads", {}),
        ("/images/uploads", {"files": []}),
        ("/images/uploads", {"files": "x"}),
        ("/images/uploads", {"files": [1]}),
        ("/images/uploads", {"files": [{"name": 1, "content_type": None, "size": "1"}]}),
        ("/images/uploads", {"files": [{"name": "a", "content_type": "b", "size": -1}] * 2}),
        ("/images/uploads", []),
        ("/sharing/share/1", {"shared_with_username": None}),
        ("/sharing/share/1", "x"),
        ("/auth/register", {"username": 1, "email": True, "password": []}),
        ("/auth/register", {"username": "", "email": "x", "password": ""}),
    ],
)
def test_validation_errors_have_the_words_of_pydantic_1(john: User, path: str, body: Any) -> None:
    response = john.request("POST", path, json=body)

    assert response.status_code == 422
    for item in response.json()["detail"]:
        assert set(item) == ITEM_KEYS
        assert not V2_WORDS.search(item["msg"]), item


@pytest.mark.point("X17")
@pytest.mark.variants("limit", "path")
@pytest.mark.parametrize("path", ["/images/my-images", "/api/v1/images", "/api/images/styles"])
@pytest.mark.parametrize("limit", ["1_0", "10.0", " 10", "+10", "%D9%A1", "1e1", "0x1"])
def test_a_limit_has_only_ascii_digits(john: User, path: str, limit: str) -> None:
    expected = 422 if path.startswith("/images") else 400

    assert john.get(f"{path}?limit={limit}").status_code == expected


def reordered(body: Any) -> str:
    """The JSON with all keys in the opposite order and other white space."""

    def reverse(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: reverse(value[key]) for key in reversed(value)}
        return [reverse(item) for item in value] if isinstance(value, list) else value

    return json.dumps(reverse(body), indent=3)


BODIES: dict[str, dict[str, Any]] = {
    "/api/images/styles": {"name": "a", "description": "b", "prompt_template": "{prompt}"},
    "/images/uploads": {
        "files": [{"name": "a", "content_type": "image/png", "size": 9}],
        "caption": "c",
    },
    f"{ROOT}": {"publicationId": None, "other": {"b": 1, "a": [2.0, True]}},
}


@pytest.mark.parametrize("content_type", ["application/json", "Application/JSON; charset=utf-8"])
@pytest.mark.parametrize("path", BODIES)
@pytest.mark.documented
def test_the_order_of_json_keys_does_not_make_another_request(
    john: User, path: str, content_type: str
) -> None:
    body, key = dict(BODIES[path]), str(uuid.uuid4())
    if path == ROOT:
        body["publicationId"] = f"pub-{key}"
    headers = {"Idempotency-Key": key, "Content-Type": content_type}

    responses = [
        john.request("POST", path, content=content, headers=headers)
        for content in (json.dumps(body), reordered(body), json.dumps({**body, "x": 1}))
    ]

    assert [response.status_code for response in responses] == [201, 201, 409]
    assert responses[1].content == responses[0].content


@pytest.mark.safe
def test_the_document_names_the_parameters_of_the_contract() -> None:
    names = {
        parameter["name"]
        for path, item in DOCUMENT["paths"].items()
        if path.startswith("/api/images/")
        for operation in item.values()
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "path"
    }

    assert names == {"setting_id", "style_id", "format_id", "example_id", "job_id"}
