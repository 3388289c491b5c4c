"""Indexes lag behind rows: what is written to a remote API is waited for in the lists."""

import re
from typing import Any

import httpx2

from tests.support.stories import eventually

SECONDS = 5
UPLOAD = "(upload|uploads/[^/]+/complete)"

# By the call that writes: the list that shows it, and what names an item there. The id that leaves
# the list is `gone` in the path; the one that joins it is in the answer.
WRITES = [
    (rf"POST (?P<base>.*/api/v[12]/images)/{UPLOAD}", "/story-ids", "story_id"),
    (r"DELETE (?P<base>.*/api/v[12]/images)/(?P<gone>[^/]+)", "/story-ids", "story_id"),
    (rf"POST (?P<base>.*)/images/{UPLOAD}", "/images/my-images", "image_id"),
    (r"DELETE (?P<base>.*)/images/(?P<gone>\d+)", "/images/my-images", "image_id"),
    (r"POST (?P<base>.*)/sharing/share/\d+", "/sharing/shared-by-me", "image_id"),
    (r"DELETE (?P<base>.*)/sharing/unshare/(?P<gone>\d+)/\d+", "/sharing/shared-by-me", "image_id"),
    (r"POST (?P<base>.*/api/images)/generate", "/jobs", "job_id"),
]


def settle(response: httpx2.Response) -> None:
    """Return when the lists show what this answer tells, or after a while without that."""
    call = f"{response.request.method} {response.request.url.path.rstrip('/')}"
    for pattern, place, name in WRITES if response.is_success else ():
        if found := re.fullmatch(pattern, call):
            _await(response, found, place, name)
            return


def _await(response: httpx2.Response, found: re.Match[str], place: str, name: str) -> None:
    answer = response.json() if response.read() else {}
    gone = found.groupdict().get("gone")
    if not gone and name not in answer:
        return
    request = response.request
    url = request.url.copy_with(path=found["base"] + _place(place, answer), query=None)
    item = gone or str(answer[name])
    eventually(lambda: (item in _listed(request, url, name)) != bool(gone), SECONDS)


def _place(place: str, answer: dict[str, Any]) -> str:
    return "/images/public" if answer.get("visibility") == "public" else place


def _listed(request: httpx2.Request, url: httpx2.URL, name: str) -> set[str]:
    headers = {key: value for key, value in request.headers.items() if key == "authorization"}
    items = httpx2.get(url, headers=headers).json()
    return {str(item[name] if isinstance(item, dict) else item) for item in items}
