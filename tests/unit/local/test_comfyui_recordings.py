"""The stand-in responds like a real ComfyUI: replay the recorded exchanges."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.support.comfyui import CHECKPOINT, FINAL_STATES, HostClient, plain_image, text_to_image
from tests.support.recordings import differences, exchanges, names, prompts, send
from tests.unit.local.conftest import StartHost

MAX_SECONDS = 10


class Setup:
    """Brings a host into the state that it had during a recording."""

    def __init__(self, host: HostClient, name: str, folder: Path) -> None:
        self.host = host
        self.folder = folder
        self._prompts = prompts(name)

    def post(self, number: int, **fields: object) -> str:
        """Post the recorded prompt with this number; any prompt if it was not recorded."""
        body = self._prompts.get(job_id(number), {"prompt": plain_image(number)})
        return self.host.post(body["prompt"], job_id(number), **_optional_fields(body), **fields)

    def run(self, *numbers: int) -> None:
        for number in numbers:
            self.host.wait_for(self.post(number), *FINAL_STATES)

    def occupy(self, number: int, *waiting: int) -> None:
        """Start a run that lasts until it is interrupted, and queue other prompts behind it."""
        body = self._prompts.get(job_id(number), {"prompt": text_to_image()})
        self.host.occupy(body["prompt"], job_id(number), **_optional_fields(body))
        for waiting_number in waiting:
            self.post(waiting_number)

    def fill_queue(self) -> None:
        """Have one run and two pending prompts, the later of which comes first."""
        self.use_up_a_number()
        self.occupy(101, 102)
        self.post(103, front=True)

    def use_up_a_number(self) -> None:
        """Use up 0: the sign of a number shows whether the prompt was posted with `front`."""
        self.host.http.post("/prompt", json={})

    def create_file(self, path: str) -> None:
        """Create an output file, after which the numbers of new files continue."""
        file = self.folder / "output" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()

    def save_third_image(self) -> None:
        self.create_file("plain_00002_.png")
        self.host.run(plain_image())


def _optional_fields(body: dict[str, Any]) -> dict[str, Any]:
    return {name: body[name] for name in ("client_id", "extra_data") if name in body}


def job_id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


def run_once(setup: Setup) -> None:
    setup.host.run(plain_image(12, "cache"))


def run_twice(setup: Setup) -> None:
    run_once(setup)
    setup.run(131)


def fail_after_caching_the_model(setup: Setup) -> None:
    setup.host.run(text_to_image())
    setup.run(112)


def interrupt_job_101(setup: Setup) -> None:
    setup.occupy(101)
    setup.host.http.post("/interrupt")


def interrupt_job_503(setup: Setup) -> None:
    setup.occupy(503)
    setup.host.http.post("/interrupt")


def fail_next_run(setup: Setup) -> None:
    setup.host.inject_fault(kind="fail_run")


def ignore_next_cancel(setup: Setup) -> None:
    setup.post(106)
    setup.host.inject_fault(kind="ignored_cancel")


def delete_file(setup: Setup) -> None:
    setup.host.wait_for(job_id(131), *FINAL_STATES)
    (setup.folder / "output" / "cache_00001_.png").unlink()


def finish_one_and_occupy(setup: Setup) -> None:
    setup.host.wait_for(job_id(301), *FINAL_STATES)
    setup.occupy(302, 303)


def restart_host(setup: Setup) -> None:
    setup.host.inject_fault(kind="restart")


# By recording and exchange number: the setup before the exchange.
SETUPS: dict[tuple[str, int], Callable[[Setup], object]] = {
    ("api_prefix", 0): run_twice,
    ("cached_identical", 4): delete_file,
    ("cached_new_prefix", 0): run_once,
    ("history_failed_corrupt_checkpoint", 0): fail_next_run,
    ("history_failed_text_for_link", 0): fail_after_caching_the_model,
    ("history_success", 0): lambda setup: setup.run(1),
    ("history_while_queued_or_running", 0): Setup.fill_queue,
    ("interrupt_all", 0): lambda setup: setup.occupy(104),
    ("interrupt_one", 0): lambda setup: setup.occupy(101, 103),
    ("interrupted_partial_outputs", 0): interrupt_job_503,
    ("jobs_busy", 0): Setup.fill_queue,
    ("jobs_cancel", 0): lambda setup: setup.occupy(106, 107),
    ("jobs_cancel_lost", 0): ignore_next_cancel,
    ("jobs_interrupted", 0): interrupt_job_101,
    ("jobs_list", 0): run_twice,
    ("prompt_coerced", 0): lambda setup: setup.host.run(text_to_image(size=(128, 128))),
    ("prompt_front", 0): Setup.use_up_a_number,
    ("queue_busy", 0): Setup.fill_queue,
    ("queue_clear", 0): lambda setup: setup.occupy(122, 121),
    ("queue_delete", 0): Setup.fill_queue,
    ("restart", 1): finish_one_and_occupy,
    ("restart", 2): restart_host,
    ("same_id_same_number", 0): lambda setup: setup.occupy(122),
    ("same_id_while_queued", 0): lambda setup: setup.occupy(122),
    ("subfolder", 0): lambda setup: setup.create_file("jobs/2024/one_00001_.png"),
    ("view_head_range", 0): lambda setup: setup.host.run(plain_image(prefix="same")),
    ("view_ok", 0): Setup.save_third_image,
    ("view_preview", 0): Setup.save_third_image,
}
# Values of which only the type is compared, in addition to those that vary in all recordings.
VARYING = {
    "history_failed_corrupt_checkpoint": r"\.nodes$",  # a run with a fault does not use the cache
    "interrupt_all": r"\.(node_id|node_type|executed)$",  # recorded before the sampler had started
    "prompt_bad_id": r"^\.prompt_id$",
    "prompt_error_inputs": r"^\.prompt_id$",
    "prompt_ok_server_id": r"^\.prompt_id$",
    "system_stats": r"^\.(system\.\w+|devices\[0\]\.\w+)$",
}
# Darkroom does not use image uploads and LoadImage.
NOT_USED = {("jobs_list", 0), ("jobs_list", 1), ("too_large", 0)}


@pytest.mark.parametrize("name", [name for name in names() if not name.startswith("ws_")])
def test_responses_match_the_recording(name: str, start_host: StartHost, tmp_path: Path) -> None:
    broken = ("broken.safetensors",) if "corrupt" in name else ()
    host = start_host(checkpoints=(CHECKPOINT, *broken))
    setup = Setup(host, name, tmp_path)

    for number, exchange in enumerate(exchanges(name)):
        if prepare := SETUPS.get((name, number)):
            prepare(setup)
        if (name, number) not in NOT_USED:
            result = replay(host.http, exchange, VARYING.get(name, ""))
            assert not result, f"exchange {number}"


def replay(http: httpx2.Client, exchange: dict[str, Any], varying: str) -> list[str]:
    """The differences. A GET is repeated until there are none or the time is over."""
    deadline = time.monotonic() + MAX_SECONDS
    is_repeatable = exchange["request"]["method"] == "GET"
    while True:
        response = send(http, exchange["request"])
        result = differences(exchange["response"], response, varying)
        if not (result and is_repeatable and time.monotonic() < deadline):
            return result
        time.sleep(0.02)
