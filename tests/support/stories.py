"""What tests of stories say again and again."""

import re
from typing import Any

import httpx2

from tests.support.images import picture

V2 = "/api/v2/images"
UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
SECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
UNKNOWN = "123e4567-e89b-12d3-a456-426614174000"

Part = tuple[str, tuple[str, bytes, str]]


def parts(*contents: bytes, name: str = "files") -> list[Part]:
    return [
        (name, (f"image{number}.jpg", content, "image/jpeg"))
        for number, content in enumerate(contents, start=1)
    ]


def upload(api: httpx2.Client, *contents: bytes) -> dict[str, Any]:
    answer = api.post(f"{V2}/upload", files=parts(*(contents or (picture(),))))
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def listed(api: httpx2.Client) -> list[dict[str, Any]]:
    images: list[dict[str, Any]] = api.get(V2).json()
    return images
