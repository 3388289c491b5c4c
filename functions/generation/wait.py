"""How long a request waits for its job."""

import re
import time

from darkroom.models.job import Job

WAIT_SECONDS = 25  # the gateway ends a request after 29

FIRST_PAUSE, LAST_PAUSE = 0.05, 0.1  # seconds between two reads of the job

_WAIT = re.compile(r"\bwait=(\d{1,4})\b")


def requested_wait(prefer: str) -> int:
    """The seconds that the `Prefer` header requests, at most `WAIT_SECONDS`."""
    if "respond-async" in prefer:
        return 0
    match = _WAIT.search(prefer)
    return min(int(match[1]), WAIT_SECONDS) if match else WAIT_SECONDS


def wait_for(job: Job, seconds: float) -> Job:
    """The job once it has ended, or its state after `seconds`."""
    end = time.monotonic() + seconds
    pause = FIRST_PAUSE
    while job.is_open and time.monotonic() < end:
        time.sleep(min(pause, max(end - time.monotonic(), 0)))
        job = Job.find_current(job.job_id)
        pause = min(pause * 1.2, LAST_PAUSE)
    return job
