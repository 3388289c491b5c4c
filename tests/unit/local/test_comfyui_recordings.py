"""The stand-in answers as a real ComfyUI did: every recording relied on is replayed."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.support.comfyui import CHECKPOINT, ENDED, Host, plain_image, text_to_image
from tests.support.recordings import differences, exchanges, names, prompts, send
from tests.unit.local.conftest import StartHost

SECONDS = 10


class Stage:
    """Brings a host to where it stood when a recording began."""

    def __init__(self, host: Host, name: str, folder: Path) -> None:
        self.host = host
        self.folder = folder
        self._prompts = prompts(name)

    def post(self, number: int, **more: object) -> str:
        """The prompt of that number as it was recorded, or any where it was not."""
        body = self._prompts.get(job_id(number), {"prompt": plain_image(number)})
        return self.host.post(body["prompt"], job_id(number), **_rest(body), **more)

    def run(self, *numbers: int) -> None:
        for number in numbers:
            self.host.reach(self.post(number), *ENDED)

    def occupy(self, number: int, *waiting: int) -> None:
        """One runs until it is interrupted, and others wait behind it."""
        body = self._prompts.get(job_id(number), {"prompt": text_to_image()})
        self.host.occupy(body["prompt"], job_id(number), **_rest(body))
        for one in waiting:
            self.post(one)

    def busy(self) -> None:
        """One runs, one waits, and one that came later stands in front of it."""
        self.use_up_a_number()
        self.occupy(101, 102)
        self.post(103, front=True)

    def use_up_a_number(self) -> None:
        """0 has no negative."""
        self.host.http.post("/prompt", json={})

    def count(self, path: str) -> None:
        """Let counters go on from this file."""
        file = self.folder / "output" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()

    def save_plain(self) -> None:
        self.count("plain_00002_.png")
        self.host.run(plain_image())


def _rest(body: dict[str, Any]) -> dict[str, Any]:
    return {name: body[name] for name in ("client_id", "extra_data") if name in body}


def job_id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


def cached(stage: Stage) -> None:
    stage.host.run(plain_image(12, "cache"))


def cached_twice(stage: Stage) -> None:
    cached(stage)
    stage.run(131)


def text_for_a_link(stage: Stage) -> None:
    stage.host.run(text_to_image())  # what the model gives to others is there then
    stage.run(112)


def interrupted(stage: Stage) -> None:
    stage.occupy(101)
    stage.host.http.post("/interrupt")


def interrupted_late(stage: Stage) -> None:
    stage.occupy(503)
    stage.host.http.post("/interrupt")


def failing(stage: Stage) -> None:
    stage.host.fail_next(kind="fail_run")


def cancel_that_gets_lost(stage: Stage) -> None:
    stage.post(106)
    stage.host.fail_next(kind="lost_cancel")


def lose_the_file(stage: Stage) -> None:
    stage.host.reach(job_id(131), *ENDED)
    (stage.folder / "output" / "cache_00001_.png").unlink()


def one_done_one_running_one_waiting(stage: Stage) -> None:
    stage.host.reach(job_id(301), *ENDED)
    stage.occupy(302, 303)


def restart(stage: Stage) -> None:
    stage.host.fail_next(kind="forget")


# What has to be done before the first exchange, or before another one.
SCENES: dict[tuple[str, int], Callable[[Stage], object]] = {
    ("api_prefix", 0): cached_twice,
    ("cached_identical", 4): lose_the_file,
    ("cached_new_prefix", 0): cached,
    ("history_failed_corrupt_checkpoint", 0): failing,
    ("history_failed_text_for_link", 0): text_for_a_link,
    ("history_success", 0): lambda stage: stage.run(1),
    ("history_while_queued_or_running", 0): Stage.busy,
    ("interrupt_all", 0): lambda stage: stage.occupy(104),
    ("interrupt_one", 0): lambda stage: stage.occupy(101, 103),
    ("interrupted_partial_outputs", 0): interrupted_late,
    ("jobs_busy", 0): Stage.busy,
    ("jobs_cancel", 0): lambda stage: stage.occupy(106, 107),
    ("jobs_cancel_lost", 0): cancel_that_gets_lost,
    ("jobs_interrupted", 0): interrupted,
    ("jobs_list", 0): cached_twice,
    ("prompt_coerced", 0): lambda stage: stage.host.run(text_to_image(size=(128, 128))),
    ("prompt_front", 0): Stage.use_up_a_number,
    ("queue_busy", 0): Stage.busy,
    ("queue_clear", 0): lambda stage: stage.occupy(122, 121),
    ("queue_delete", 0): Stage.busy,
    ("restart", 1): one_done_one_running_one_waiting,
    ("restart", 2): restart,
    ("same_id_same_number", 0): lambda stage: stage.occupy(122),
    ("same_id_while_queued", 0): lambda stage: stage.occupy(122),
    ("subfolder", 0): lambda stage: stage.count("jobs/2024/one_00001_.png"),
    ("view_head_range", 0): lambda stage: stage.host.run(plain_image(prefix="same")),
    ("view_ok", 0): Stage.save_plain,
    ("view_preview", 0): Stage.save_plain,
}
# Where a value may be another one, beside what varies everywhere.
VARIES = {
    "history_failed_corrupt_checkpoint": r"\.nodes$",  # a run under a fault takes nothing cached
    "interrupt_all": r"\.(node_id|node_type|executed)$",  # recorded before the sampler's turn
    "prompt_bad_id": r"^\.prompt_id$",
    "prompt_error_inputs": r"^\.prompt_id$",
    "prompt_ok_server_id": r"^\.prompt_id$",
    "system_stats": r"^\.(system\.\w+|devices\[0\]\.\w+)$",
}
# Uploads and LoadImage are nothing that anybody here asks for.
NOT_RELIED_ON = {("jobs_list", 0), ("jobs_list", 1), ("too_large", 0)}


@pytest.mark.parametrize("name", [name for name in names() if not name.startswith("ws_")])
def test_a_recording_is_repeated(name: str, start_host: StartHost, tmp_path: Path) -> None:
    broken = ("broken.safetensors",) if "corrupt" in name else ()
    host = start_host(checkpoints=(CHECKPOINT, *broken))
    stage = Stage(host, name, tmp_path)

    for number, exchange in enumerate(exchanges(name)):
        if scene := SCENES.get((name, number)):
            scene(stage)
        if (name, number) not in NOT_RELIED_ON:
            found = replay(host.http, exchange, VARIES.get(name, ""))
            assert not found, f"exchange {number}"


def replay(http: httpx2.Client, exchange: dict[str, Any], varies: str) -> list[str]:
    """What differs, in a question that is asked again also in the end."""
    deadline = time.monotonic() + SECONDS
    asked_again = exchange["request"]["method"] == "GET"
    while True:
        answer = send(http, exchange["request"])
        found = differences(exchange["response"], answer, varies)
        if not (found and asked_again and time.monotonic() < deadline):
            return found
        time.sleep(0.02)
