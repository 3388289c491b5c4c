"""What tests of direct uploads say again and again, for each group that takes them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx2

from tests.support.gallery import Person
from tests.support.images import picture
from tests.support.publications import new_publication
from tests.support.stories import V1, V2

GROUPS = ["v1", "v2", "publications", "gallery"]


@dataclass(frozen=True)
class Direct:
    """A client of one group's direct uploads."""

    group: str
    person: Person
    path: str
    status: int  # of the contract's own upload
    multipart: Callable[..., httpx2.Response]

    def begin(self, *contents: bytes, **fields: Any) -> httpx2.Response:
        body = {"files": [announced(content) for content in contents], **fields}
        return self.person.request("POST", self.path, json=body)

    def begun(self, *contents: bytes, **fields: Any) -> dict[str, Any]:
        answer = self.begin(*contents, **fields)
        assert answer.status_code == 201, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def complete(self, upload: dict[str, Any]) -> httpx2.Response:
        return self.person.request("POST", upload["complete_url"])

    def upload(self, *contents: bytes, **fields: Any) -> httpx2.Response:
        """The whole way: announce, send, complete."""
        upload = self.begun(*contents, **fields)
        send_all(upload, *contents)
        return self.complete(upload)

    def url(self, answer: httpx2.Response) -> str:
        """Where the (first) image of an answer opens."""
        body = answer.json()
        match self.group:
            case "v1":
                found = self.person.api.get(body["image_paths"][0]).headers["Location"]
            case "v2":
                found = body["image_urls"][0]
            case "publications":
                found = body["imageUri"]
            case _:
                found = body["image_url"]
        return str(found)


def new_direct(group: str, person: Person) -> Direct:
    """The group's direct uploads, for a publication of its own where it takes one."""
    if group in ("v1", "v2"):
        base = (V1 if group == "v1" else V2).base
        return _direct(group, person, base, "/upload", "files", 200)
    if group == "publications":
        return _direct(group, person, new_publication(person).images_path, "", "image", 201)
    return _direct(group, person, "/images", "/upload", "file", 201)


def _direct(group: str, person: Person, base: str, own: str, field: str, status: int) -> Direct:
    def multipart(content: bytes) -> httpx2.Response:
        files = {field: ("image.jpg", content, "image/jpeg")}
        return person.request("POST", f"{base}{own}", files=files)

    return Direct(group, person, f"{base}/uploads", status, multipart)


def announced(content: bytes, **changes: Any) -> dict[str, Any]:
    said = {"name": "image.jpg", "content_type": "image/jpeg", "size": len(content)}
    return {**said, **changes}


def send(form: dict[str, Any], content: bytes | None = None) -> httpx2.Response:
    files = {form["file_field"]: ("image.jpg", picture() if content is None else content)}
    return httpx2.request(form["method"], form["url"], data=form["fields"], files=files)


def send_all(upload: dict[str, Any], *contents: bytes) -> None:
    for form, content in zip(upload["files"], contents, strict=True):
        answer = send(form, content)
        assert answer.status_code == 204, answer.text
