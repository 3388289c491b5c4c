"""What tests of publications say again and again."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx2

from tests.support.gallery import Person
from tests.support.images import picture

ROOT = "/api/v1/publications"

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Publication:
    """A publication as its owner sees it."""

    owner: Person
    id: str

    @property
    def images_path(self) -> str:
        return f"{ROOT}/{self.id}/images"

    def add(self, content: bytes | None = None, **data: str) -> httpx2.Response:
        return add_image(self.owner, self.id, content, **data)

    def added(self, seed: int = 0, **data: str) -> str:
        """The URI of a new image."""
        answer = self.add(picture(seed=seed), **data)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["imageUri"])

    def images(self) -> list[str]:
        images: list[str] = self.owner.get(self.images_path).json()["images"]
        return images


def new_publication(owner: Person, publication_id: str | None = None) -> Publication:
    body = {"publicationId": publication_id or f"pub-{uuid.uuid4().hex[:12]}"}
    answer = owner.request("POST", ROOT, json=body)
    assert answer.status_code == 201, answer.text
    return Publication(owner, answer.json()["publicationId"])


def add_image(
    caller: Person, publication_id: str, content: bytes | None = None, **data: str
) -> httpx2.Response:
    files = {"image": ("foto.jpg", picture() if content is None else content, "image/jpeg")}
    return caller.request("POST", f"{ROOT}/{publication_id}/images", files=files, data=data)


def refusal(answer: httpx2.Response) -> tuple[int, str]:
    """Status and code of an error, which has exactly its three texts."""
    body: dict[str, Any] = answer.json()
    assert list(body) == ["error", "code", "details"], answer.text
    assert all(type(text) is str and text for text in body.values())
    return answer.status_code, body["code"]


def at_once(number: int, call: Callable[[int], Answer]) -> list[Answer]:
    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(call, range(number)))
