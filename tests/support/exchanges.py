"""What the tests have asked of the API, and what they may not ask of one that is in use."""

import re
from dataclasses import dataclass, field
from typing import Any

import httpx2

# Nothing puts back what these change, and nobody knows whose it was.
HARMFUL = re.compile(
    r"DELETE .*/api/v[12]/images/?"
    r"|(POST|PUT|PATCH|DELETE) .*/api/images/(settings|styles|formats|prompt_examples)(/.*)?"
    r"|POST .*/api/images/comfyui/start/?"
)
READING = {"GET", "HEAD", "OPTIONS"}
# What names the thing that a POST has made.
IDS = ("story_id", "image_id", "publicationId", "user_id", "job_id", "upload_id", "id")


@dataclass
class Journal:
    """The answers that a test has got, and whether it has to leave everything as it was."""

    answers: list[httpx2.Response] = field(default_factory=list)
    is_guarded: bool = False

    def begin(self, is_guarded: bool) -> None:
        self.answers.clear()
        self.is_guarded = is_guarded

    def guard(self, request: httpx2.Request) -> None:
        """Raises `AssertionError` instead of sending what a guarded test may not ask."""
        call = f"{request.method} {request.url.path}"
        assert not (self.is_guarded and HARMFUL.fullmatch(call)), f"a safe test may not {call}"

    def record(self, response: httpx2.Response) -> None:
        response.read()
        self.answers.append(response)

    def left_behind(self) -> set[str]:
        """What was made and not removed, or removed and not made."""
        changes = [
            answer
            for answer in self.answers
            if answer.is_success and answer.request.method not in READING
        ]
        removed = {_last(answer) for answer in changes if answer.request.method == "DELETE"}
        made = {_made(answer) for answer in changes if answer.request.method != "DELETE"}
        return made ^ removed


JOURNAL = Journal()


def recorded(client: httpx2.Client) -> httpx2.Client:
    """The client of an API under test."""
    client.event_hooks = {"request": [JOURNAL.guard], "response": [JOURNAL.record]}
    return client


def _last(answer: httpx2.Response) -> str:
    # A story's id may be written in capitals.
    return answer.request.url.path.rstrip("/").rpartition("/")[2].lower()


def _made(answer: httpx2.Response) -> str:
    body: Any = answer.json()
    return str(next((body[name] for name in IDS if name in body), f"by {answer.request.url.path}"))
