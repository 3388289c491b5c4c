"""The responses of each test, and the requests that a safe test must not send.

A safe test runs against a deployment in use: it only reads, or removes what it has created.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import httpx2

# Changes that cannot be undone, and that affect the data of others.
HARMFUL = re.compile(
    r"DELETE .*/api/v[12]/images/?"
    r"|(POST|PUT|PATCH|DELETE) .*/api/images/(settings|styles|formats|prompt_examples)(/.*)?"
    r"|POST .*/api/images/comfyui/start/?"
)
READ_METHODS = {"GET", "HEAD", "OPTIONS"}
# Response fields with the id of a created object.
ID_FIELDS = ("story_id", "image_id", "publicationId", "user_id", "job_id", "upload_id", "id")


@dataclass
class Journal:
    """The responses that the current test has received."""

    responses: list[httpx2.Response] = field(default_factory=list)
    is_safe_test: bool = False

    def begin(self, is_safe_test: bool) -> None:
        self.responses.clear()
        self.is_safe_test = is_safe_test

    def reject_harmful(self, request: httpx2.Request) -> None:
        """Raise `AssertionError` instead of sending a request that a safe test must not send."""
        call = f"{request.method} {request.url.path}"
        assert not (self.is_safe_test and HARMFUL.fullmatch(call)), f"a safe test may not {call}"

    def record(self, response: httpx2.Response) -> None:
        response.read()
        self.responses.append(response)

    def left_behind(self) -> set[str]:
        """The ids of created objects that were not removed, and of others that were removed."""
        changes = [
            response
            for response in self.responses
            if response.is_success and response.request.method not in READ_METHODS
        ]
        removed = {_removed_id(change) for change in changes if change.request.method == "DELETE"}
        created = {_created_id(change) for change in changes if change.request.method != "DELETE"}
        return created ^ removed


JOURNAL = Journal()


def attach_journal(client: httpx2.Client) -> httpx2.Client:
    """Record the responses of the client, which calls the API under test."""
    client.event_hooks = {"request": [JOURNAL.reject_harmful], "response": [JOURNAL.record]}
    return client


def _removed_id(response: httpx2.Response) -> str:
    # A story's id may be written in capitals.
    return response.request.url.path.rstrip("/").rpartition("/")[2].lower()


def _created_id(response: httpx2.Response) -> str:
    body: Any = response.json()
    path = response.request.url.path
    return str(next((body[name] for name in ID_FIELDS if name in body), f"by {path}"))
