"""How long a request waits for its job."""

import time

from darkroom.models.job import Job

WAIT_SECONDS = 25  # the gateway ends a request after 29

MAX_DIGITS = 9  # of a wait; a longer number means the same

FIRST_PAUSE, LAST_PAUSE = 0.05, 0.1  # seconds between two reads of the job


def requested_wait(prefer: str) -> int:
    """The seconds that the `Prefer` header requests, at most `WAIT_SECONDS`."""
    preferences = _parse(prefer)
    if "respond-async" in preferences:
        return 0
    wait = preferences.get("wait", "")
    return min(int(wait), WAIT_SECONDS) if wait.isascii() and wait.isdigit() else WAIT_SECONDS


def _parse(prefer: str) -> dict[str, str]:
    """The values of preferences by name; the first of equal names counts (RFC 7240, section 2)."""
    preferences: dict[str, str] = {}
    for preference in prefer.split(","):
        name, _, value = preference.split(";")[0].partition("=")
        preferences.setdefault(name.strip().lower(), value.strip().strip('"')[:MAX_DIGITS])
    return preferences


def wait_for(job: Job, seconds: float) -> Job:
    """The job once it has ended, or its state after `seconds`."""
    end = time.monotonic() + seconds
    pause = FIRST_PAUSE
    while job.is_open and time.monotonic() < end:
        time.sleep(min(pause, max(end - time.monotonic(), 0)))
        job = Job.find_current(job.job_id)
        pause = min(pause * 1.2, LAST_PAUSE)
    return job
