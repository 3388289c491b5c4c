"""What tests of stories say again and again, for either contract."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx2

from tests.support.images import picture

UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
SECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
UNKNOWN = "123e4567-e89b-12d3-a456-426614174000"

Part = tuple[str, tuple[str, bytes, str]]


@dataclass(frozen=True)
class Contract:
    """What tells the two stories contracts apart."""

    base: str
    uploaded: str
    listed: str
    failure: str


V1 = Contract("/api/v1/images", "image_paths", "path", "Server error during file processing")
V2 = Contract("/api/v2/images", "image_urls", "url", "Failed to upload image to Cloudinary")


@dataclass(frozen=True)
class Story:
    story_id: str
    urls: list[str]


@dataclass(frozen=True)
class Stories:
    """A client of one stories API."""

    api: httpx2.Client
    contract: Contract

    @property
    def base(self) -> str:
        return self.contract.base

    def post(self, *contents: bytes, name: str = "files") -> httpx2.Response:
        return self.api.post(f"{self.base}/upload", files=parts(*contents, name=name))

    def upload(self, *contents: bytes) -> Story:
        answer = self.post(*(contents or (picture(),)))
        assert answer.status_code == 200, answer.text
        return Story(answer.json()["story_id"], answer.json()[self.contract.uploaded])

    def get(self, story_id: str) -> httpx2.Response:
        return self.api.get(f"{self.base}/{story_id}")

    def delete(self, story_id: str) -> httpx2.Response:
        return self.api.delete(f"{self.base}/{story_id}")

    def delete_all(self) -> httpx2.Response:
        return self.api.delete(self.base)

    def urls(self) -> list[str]:
        """The URLs or paths of all images, in the order listed."""
        return [image[self.contract.listed] for image in self.api.get(self.base).json()]

    def ids(self) -> list[str]:
        ids: list[str] = self.api.get(f"{self.base}/story-ids").json()
        return ids


def parts(*contents: bytes, name: str = "files") -> list[Part]:
    return [
        (name, (f"image{number}.jpg", content, "image/jpeg"))
        for number, content in enumerate(contents, start=1)
    ]


def eventually(holds: Callable[[], bool], seconds: float = 30) -> bool:
    """Whether it comes to hold: clean-up goes by streams and queues."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


def walk(api: httpx2.Client, url: str) -> list[list[Any]]:
    """The pages of a list, from link to link."""
    answer = api.get(url)
    pages = [answer.json()]
    while "next" in answer.links:
        answer = api.get(without_stage(answer.links["next"]["url"]))
        pages.append(answer.json())
    return pages


def without_stage(link: str) -> str:
    # A function's link has the stage, as its gateway URL would; a local cloud's has none.
    return link.removeprefix("/live")
