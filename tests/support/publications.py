"""Publications, and requests to them."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx2

from tests.support.gallery import User
from tests.support.images import picture

ROOT = "/api/v1/publications"

T = TypeVar("T")


@dataclass(frozen=True)
class Publication:
    """A publication, with requests of its owner."""

    owner: User
    id: str

    @property
    def images_path(self) -> str:
        return f"{ROOT}/{self.id}/images"

    def add(self, content: bytes | None = None, **data: str) -> httpx2.Response:
        return add_image(self.owner, self.id, content, **data)

    def upload(self, seed: int = 0, **data: str) -> str:
        """Add an image and return its URI."""
        response = self.add(picture(seed=seed), **data)
        assert response.status_code == 201, response.text
        return str(response.json()["imageUri"])

    def images(self) -> list[str]:
        images: list[str] = self.owner.get(self.images_path).json()["images"]
        return images


def new_publication(owner: User, publication_id: str | None = None) -> Publication:
    body = {"publicationId": publication_id or f"pub-{uuid.uuid4().hex[:12]}"}
    response = owner.request("POST", ROOT, json=body)
    assert response.status_code == 201, response.text
    return Publication(owner, response.json()["publicationId"])


def add_image(
    caller: User, publication_id: str, content: bytes | None = None, **data: str
) -> httpx2.Response:
    files = {"image": ("foto.jpg", picture() if content is None else content, "image/jpeg")}
    return caller.request("POST", f"{ROOT}/{publication_id}/images", files=files, data=data)


def publication_error(response: httpx2.Response) -> tuple[int, str]:
    """The status and code of an error; its body must be exactly the contract's envelope."""
    body: dict[str, Any] = response.json()
    assert list(body) == ["error", "code", "details"], response.text
    assert all(type(text) is str and text for text in body.values())
    return response.status_code, body["code"]


def call_in_threads(count: int, call: Callable[[int], T]) -> list[T]:
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(call, range(count)))
