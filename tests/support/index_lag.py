"""Waits until the lists of a remote API show a write, since indexes lag behind their table."""

import re
from typing import Any

import httpx2

from tests.support.stories import eventually

SECONDS = 5
UPLOAD = "(upload|uploads/[^/]+/complete)"

# By request: the list that shows its write, and the id field of the items. The id of a removed item
# is `removed` in the path, the id of a new one is in the response.
WRITES = [
    (rf"POST (?P<base>.*/api/v[12]/images)/{UPLOAD}", "/story-ids", "story_id"),
    (r"DELETE (?P<base>.*/api/v[12]/images)/(?P<removed>[^/]+)", "/story-ids", "story_id"),
    (rf"POST (?P<base>.*)/images/{UPLOAD}", "/images/my-images", "image_id"),
    (r"DELETE (?P<base>.*)/images/(?P<removed>\d+)", "/images/my-images", "image_id"),
    (r"POST (?P<base>.*)/sharing/share/\d+", "/sharing/shared-by-me", "image_id"),
    (
        r"DELETE (?P<base>.*)/sharing/unshare/(?P<removed>\d+)/\d+",
        "/sharing/shared-by-me",
        "image_id",
    ),
    (r"POST (?P<base>.*/api/images)/generate", "/jobs", "job_id"),
]


def wait_for_indexes(response: httpx2.Response) -> None:
    """Return when the list shows the write of this response, or after `SECONDS`."""
    call = f"{response.request.method} {response.request.url.path.rstrip('/')}"
    for pattern, list_path, id_field in WRITES if response.is_success else ():
        if write := re.fullmatch(pattern, call):
            _wait(response, write, list_path, id_field)
            return


def _wait(response: httpx2.Response, write: re.Match[str], list_path: str, id_field: str) -> None:
    body = response.json() if response.read() else {}
    removed = write.groupdict().get("removed")
    if not removed and id_field not in body:
        return
    request = response.request
    url = request.url.copy_with(path=write["base"] + _list_path(list_path, body), query=None)
    item_id = removed or str(body[id_field])
    eventually(lambda: (item_id in _listed_ids(request, url, id_field)) != bool(removed), SECONDS)


def _list_path(list_path: str, body: dict[str, Any]) -> str:
    return "/images/public" if body.get("visibility") == "public" else list_path


def _listed_ids(request: httpx2.Request, url: httpx2.URL, id_field: str) -> set[str]:
    headers = {key: value for key, value in request.headers.items() if key == "authorization"}
    items = httpx2.get(url, headers=headers).json()
    return {str(item[id_field] if isinstance(item, dict) else item) for item in items}
