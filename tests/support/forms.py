"""Multipart forms written byte by byte, and the four uploads that accept them."""

from collections.abc import Callable
from dataclasses import dataclass

import httpx2

from tests.support.gallery import User
from tests.support.images import picture
from tests.support.publications import new_publication
from tests.support.stories import V1, V2

BOUNDARY = "boundary-4711"
CONTENT_TYPE = f"multipart/form-data; boundary={BOUNDARY}"

Count = Callable[[], int]


def part(content: bytes, disposition: str, content_type: str | None = None) -> bytes:
    """A part; the disposition begins with `name=`."""
    lines = [f"--{BOUNDARY}", f"Content-Disposition: form-data; {disposition}"]
    lines += [] if content_type is None else [f"Content-Type: {content_type}"]
    return "\r\n".join([*lines, "", ""]).encode() + content + b"\r\n"


def form(*parts: bytes) -> bytes:
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


@dataclass(frozen=True)
class Upload:
    """One contract's upload: its path, the name of its file field, and the number of stored
    images that its caller sees."""

    owner: User
    path: str
    field: str
    success: int
    count: Count

    def post(
        self, body: bytes, content_type: str = CONTENT_TYPE, **headers: str
    ) -> httpx2.Response:
        headers = {"Content-Type": content_type, **headers}
        return self.owner.request("POST", self.path, content=body, headers=headers)

    def file(
        self, name: str = 'filename="a.jpg"', content_type: str | None = "image/jpeg"
    ) -> bytes:
        separator = "; " if name else ""
        return part(picture(), f'name="{self.field}"{separator}{name}', content_type)


def stories(owner: User, base: str) -> Upload:
    return Upload(
        owner, f"{base}/upload", "files", 200, lambda: len(owner.get(f"{base}/story-ids").json())
    )


def gallery(owner: User) -> Upload:
    return Upload(owner, "/images/upload", "file", 201, lambda: len(owner.my_images()))


def publications(owner: User) -> Upload:
    publication = new_publication(owner)
    return Upload(owner, publication.images_path, "image", 201, lambda: len(publication.images()))


UPLOADS: dict[str, Callable[[User], Upload]] = {
    "stories v1": lambda owner: stories(owner, V1.base),
    "stories v2": lambda owner: stories(owner, V2.base),
    "gallery": gallery,
    "publications": publications,
}
