"""Every response to arbitrary requests is documented and contains no internals or secrets."""

import base64
import json
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import SystemUnderTest
from tests.support.gallery import User, new_user
from tests.support.images import picture
from tests.support.openapi_document import DOCUMENT, assert_documented
from tests.support.publications import new_publication

MARK = "marked-4711-secret"

fuzz = settings(
    max_examples=settings().max_examples // 4,  # each example is a complete request
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

UPLOADS = ["/api/v1/images/upload", "/api/v2/images/upload", "/images/upload"]
LISTS = [
    path for path, item in DOCUMENT["paths"].items() if "cursor" in json.dumps(item.get("get"))
]
ITEMS = [(m, path) for path, item in DOCUMENT["paths"].items() for m in item if "{" in path]
BODIES = [
    (method, path)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
    if "application/json" in operation.get("requestBody", {}).get("content", {})
]

header_texts = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=80)
segments = st.one_of(
    st.binary(min_size=1, max_size=60).map(quote_from_bytes),
    st.text("0123456789", min_size=1, max_size=80),
    st.integers().map(str),
    st.sampled_from(["%2F", "%00", "..%2F..", "%25", "upload", "null", "1e5", "١٢", "%F0%28%8C"]),
    st.uuids().map(str),
)
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.sampled_from(["\0", "\ud800", "a" * 10_001, 10**400, -1, 2**63, "{prompt.__class__}"]),
)
names = st.sampled_from(
    sorted({name for s in DOCUMENT["components"]["schemas"].values() for name in s["properties"]})
)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=8),
    max_leaves=12,
)
json_bodies = st.one_of(
    st.dictionaries(names, values, max_size=12).map(json.dumps).map(str.encode),
    values.map(json.dumps).map(str.encode),
    st.binary(max_size=200),
    st.sampled_from(
        [b"[" * 5000, b'{"prompt":' * 2000, b"\xef\xbb\xbf{}", b"{} {}", b'{"a":1e999}']
    ),
)


@pytest.fixture(scope="module")
def person(local_functions: SystemUnderTest) -> User:
    return new_user(local_functions.api)


@pytest.fixture(scope="module")
def publication(person: User) -> str:
    return new_publication(person).images_path


@st.composite
def forms(draw: st.DrawFn) -> tuple[bytes, str]:
    """A multipart body and its content type, either of which may be invalid."""
    boundary = draw(st.sampled_from(["x", "a b", "-" * 70, "ü", ""]))
    lines = []
    for _ in range(draw(st.integers(0, 4))):
        name = draw(
            st.sampled_from(["files", "file", "image", "caption", "visibility", "isPremium"])
        )
        extra = draw(
            st.sampled_from(["", '; filename=""', '; filename="../a.jpg"', "; filename*=x''y"])
        )
        kind = draw(
            st.sampled_from(["image/jpeg", "text/plain", "", "multipart/mixed; boundary=y"])
        )
        content = draw(
            st.one_of(st.binary(max_size=40), st.just(picture()), st.just(picture()[:99]))
        )
        head = (
            f'Content-Disposition: form-data; name="{name}"{extra}\r\nContent-Type: {kind}\r\n\r\n'
        )
        lines.append(f"--{boundary}\r\n{head}".encode() + content + b"\r\n")
    body = b"".join(lines) + draw(st.sampled_from([f"--{boundary}--\r\n".encode(), b"", b"--"]))
    kind = draw(
        st.sampled_from([f"; boundary={boundary}", f'; boundary="{boundary}', "", "; charset=x"])
    )
    return body[: draw(st.integers(0, len(body)))], f"multipart/form-data{kind}"


@pytest.mark.parametrize("path", UPLOADS)
@fuzz
@given(form=forms())
def test_arbitrary_forms(person: User, path: str, form: tuple[bytes, str]) -> None:
    body, kind = form

    response = person.request("POST", path, content=body, headers={"Content-Type": kind.encode()})

    assert_documented(response, path)


@fuzz
@given(form=forms())
def test_arbitrary_forms_of_publications(
    person: User, publication: str, form: tuple[bytes, str]
) -> None:
    body, kind = form
    headers = {"Content-Type": kind.encode()}

    response = person.request("POST", publication, content=body, headers=headers)

    assert_documented(response, "/api/v1/publications/{publicationId}/images")


@st.composite
def cursors(draw: st.DrawFn) -> str:
    """Arbitrary text, and text in the encoding of cursors."""
    inner = draw(st.one_of(values.map(json.dumps).map(str.encode), st.binary(max_size=60)))
    encoded = base64.urlsafe_b64encode(inner).decode().rstrip("=")
    return draw(st.one_of(st.just(encoded), st.text(max_size=40)))


@pytest.mark.parametrize("path", LISTS)
@fuzz
@given(cursor=cursors(), limit=st.one_of(st.none(), st.integers(), st.text(max_size=10)))
def test_arbitrary_cursors(person: User, path: str, cursor: str, limit: Any) -> None:
    query = {
        "cursor": cursor.encode("utf-8", "replace"),
        **({} if limit is None else {"limit": limit}),
    }

    assert_documented(person.get(path, params=query), path)


@pytest.mark.parametrize(("method", "path"), ITEMS)
@fuzz
@given(ids=st.lists(segments, min_size=2, max_size=2))
def test_arbitrary_ids(person: User, method: str, path: str, ids: list[str]) -> None:
    parts = [ids.pop() if part.startswith("{") else part for part in path.split("/")]

    response = person.request(method.upper(), "/".join(parts))

    # An id with a slash, or one that is the name of another path, addresses another route.
    if response.status_code not in (404, 405):
        assert_documented(response, path)
    assert response.status_code < 500, response.request.url


def example(method: str, path: str) -> dict[str, Any]:
    content = DOCUMENT["paths"][path][method]["requestBody"]["content"]["application/json"]
    references = json.dumps(content["schema"]).split("schemas/")
    name = references[1].split('"')[0]
    body: dict[str, Any] = DOCUMENT["components"]["schemas"][name]["examples"][0]
    return body


@pytest.mark.parametrize(("method", "path"), BODIES)
@fuzz
@given(data=st.data())
def test_arbitrary_json(person: User, method: str, path: str, data: st.DataObject) -> None:
    valid = example(method, path)
    changes = st.dictionaries(st.sampled_from(sorted(valid)), leaves, min_size=1, max_size=2)
    nearly_valid = changes.map(lambda changed: json.dumps(valid | changed).encode())
    kinds = st.sampled_from(["application/json", "text/plain", "application/json; x"])

    response = person.request(
        method.upper(),
        path.replace("{", "").replace("}", ""),
        content=data.draw(nearly_valid | json_bodies),
        headers={"Content-Type": data.draw(kinds), "Prefer": "respond-async"},
    )

    assert_documented(response, path)


@pytest.mark.parametrize("path", ["/api/v1/images", "/images/my-images", "/openapi.json"])
@fuzz
@given(
    headers=st.dictionaries(
        st.sampled_from(
            [
                "Accept",
                "If-None-Match",
                "Range",
                "Cookie",
                "Origin",
                "Expect",
                "Prefer",
                "Idempotency-Key",
                "X-Forwarded-For",
                "Content-Type",
                "Content-Length",
            ]
        ),
        header_texts,
    )
)
def test_arbitrary_headers(person: User, path: str, headers: dict[str, str]) -> None:
    assert_documented(person.get(path, headers=headers), path)


@pytest.mark.parametrize("path", ["/images/my-images", "/api/v1/images"])
@fuzz
@given(token=header_texts)
def test_arbitrary_tokens(local_functions: SystemUnderTest, path: str, token: str) -> None:
    response = local_functions.api.get(path, headers={"Authorization": f"Bearer {MARK}{token}"})

    assert_documented(response, path, MARK)


@fuzz
@given(account=st.fixed_dictionaries({"username": values, "email": values}))
def test_no_response_contains_the_password(
    local_functions: SystemUnderTest, account: dict[str, Any]
) -> None:
    body = json.dumps({**account, "password": MARK}).encode()

    response = local_functions.api.post("/auth/register", content=body)
    login = local_functions.api.post(
        "/auth/login", data={"username": str(account["username"])[:60], "password": MARK}
    )

    assert_documented(response, "/auth/register", MARK)
    assert_documented(login, "/auth/login", MARK)
