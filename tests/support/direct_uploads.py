"""A client of the direct uploads of each group that accepts them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx2

from tests.support.gallery import User
from tests.support.images import picture
from tests.support.publications import new_publication
from tests.support.stories import V1, V2

GROUPS = ["v1", "v2", "publications", "gallery"]


@dataclass(frozen=True)
class DirectUploadClient:
    """A client of one group's direct uploads."""

    group: str
    user: User
    path: str
    status: int  # of the contract's multipart upload
    multipart: Callable[..., httpx2.Response]

    def post_files(self, *contents: bytes, **fields: Any) -> httpx2.Response:
        """Announce the files; a response of 201 contains their presigned forms."""
        body = {"files": [file_entry(content) for content in contents], **fields}
        return self.user.request("POST", self.path, json=body)

    def begin_upload(self, *contents: bytes, **fields: Any) -> dict[str, Any]:
        response = self.post_files(*contents, **fields)
        assert response.status_code == 201, response.text
        upload: dict[str, Any] = response.json()
        return upload

    def complete(self, upload: dict[str, Any]) -> httpx2.Response:
        return self.user.request("POST", upload["complete_url"])

    def upload(self, *contents: bytes, **fields: Any) -> httpx2.Response:
        """Announce the files, submit their forms, complete the upload."""
        upload = self.begin_upload(*contents, **fields)
        submit_forms(upload, *contents)
        return self.complete(upload)

    def image_url(self, completed: httpx2.Response) -> str:
        """The URL of the first image of a completed upload."""
        body = completed.json()
        match self.group:
            case "v1":
                url = self.user.api.get(body["image_paths"][0]).headers["Location"]
            case "v2":
                url = body["image_urls"][0]
            case "publications":
                url = body["imageUri"]
            case _:
                url = body["image_url"]
        return str(url)


def direct_upload_client(group: str, user: User) -> DirectUploadClient:
    """A client of the group; `publications` gets a new publication."""
    if group in ("v1", "v2"):
        base = (V1 if group == "v1" else V2).base
        return _client(group, user, base, "/upload", "files", 200)
    if group == "publications":
        return _client(group, user, new_publication(user).images_path, "", "image", 201)
    return _client(group, user, "/images", "/upload", "file", 201)


def _client(
    group: str, user: User, base: str, multipart_path: str, field: str, status: int
) -> DirectUploadClient:
    def multipart(content: bytes) -> httpx2.Response:
        files = {field: ("image.jpg", content, "image/jpeg")}
        return user.request("POST", f"{base}{multipart_path}", files=files)

    return DirectUploadClient(group, user, f"{base}/uploads", status, multipart)


def file_entry(content: bytes, **changes: Any) -> dict[str, Any]:
    """The entry of `files` that announces the content."""
    entry = {"name": "image.jpg", "content_type": "image/jpeg", "size": len(content)}
    return {**entry, **changes}


def submit_form(form: dict[str, Any], content: bytes | None = None) -> httpx2.Response:
    files = {form["file_field"]: ("image.jpg", picture() if content is None else content)}
    return httpx2.request(form["method"], form["url"], data=form["fields"], files=files)


def submit_forms(upload: dict[str, Any], *contents: bytes) -> None:
    for form, content in zip(upload["files"], contents, strict=True):
        response = submit_form(form, content)
        assert response.status_code == 204, response.text
