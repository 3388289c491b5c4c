"""Stories of both contracts, and requests to them."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx2

from tests.support.images import picture

UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
UNKNOWN_ID = "123e4567-e89b-12d3-a456-426614174000"

Part = tuple[str, tuple[str, bytes, str]]


@dataclass(frozen=True)
class StoriesContract:
    """The differences between the two stories contracts."""

    base: str
    upload_field: str  # of the URLs or paths in the response to an upload
    list_field: str  # of the URL or path of a listed image
    upload_error: str


V1 = StoriesContract("/api/v1/images", "image_paths", "path", "Server error during file processing")
V2 = StoriesContract("/api/v2/images", "image_urls", "url", "Failed to upload image to Cloudinary")


@dataclass(frozen=True)
class Story:
    story_id: str
    urls: list[str]


@dataclass(frozen=True)
class Stories:
    """A client of one stories API."""

    api: httpx2.Client
    contract: StoriesContract

    @property
    def base(self) -> str:
        return self.contract.base

    def post(self, *contents: bytes, name: str = "files") -> httpx2.Response:
        return self.api.post(f"{self.base}/upload", files=file_parts(*contents, name=name))

    def upload(self, *contents: bytes) -> Story:
        response = self.post(*(contents or (picture(),)))
        assert response.status_code == 200, response.text
        return Story(response.json()["story_id"], response.json()[self.contract.upload_field])

    def get(self, story_id: str) -> httpx2.Response:
        return self.api.get(f"{self.base}/{story_id}")

    def delete(self, story_id: str) -> httpx2.Response:
        return self.api.delete(f"{self.base}/{story_id}")

    def delete_all(self) -> httpx2.Response:
        return self.api.delete(self.base)

    def urls(self) -> list[str]:
        """The URLs or paths of all images, in the order listed."""
        return [image[self.contract.list_field] for image in self.api.get(self.base).json()]

    def ids(self) -> list[str]:
        ids: list[str] = self.api.get(f"{self.base}/story-ids").json()
        return ids


def file_parts(*contents: bytes, name: str = "files") -> list[Part]:
    return [
        (name, (f"image{number}.jpg", content, "image/jpeg"))
        for number, content in enumerate(contents, start=1)
    ]


def eventually(holds: Callable[[], bool], seconds: float = 30) -> bool:
    """Wait for the condition, at most the given number of seconds; return whether it holds.

    Clean-up is asynchronous: it runs from streams and queues.
    """
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


def read_pages(api: httpx2.Client, url: str) -> list[list[Any]]:
    """All pages of a list, by following its `next` links."""
    response = api.get(url)
    pages = [response.json()]
    while "next" in response.links:
        response = api.get(without_stage(response.links["next"]["url"]))
        pages.append(response.json())
    return pages


def without_stage(link: str) -> str:
    # Functions add the stage of the gateway's URL to links; the edge of a local cloud removes it.
    return link.removeprefix("/live")
