"""The steps of a job: submit its prompt, follow the run, store the images.

A message runs as many steps as it has time for, and sends another one if steps remain. Messages
are delivered at least once, so every step may be repeated: a prompt is submitted only if the host
does not know it, and each change of the job is conditional.
"""

import time
from datetime import timedelta
from enum import Enum, auto

from darkroom import clock, queues, settings
from darkroom.comfyui import host, instance
from darkroom.comfyui.runs import Run, RunState
from darkroom.errors import (
    HostResponseError,
    HostStartError,
    HostUnreachableError,
    JobNotFoundError,
    RunFailedError,
    StorageError,
)
from darkroom.models.host_lock import HostLock
from darkroom.models.job import Job, State
from darkroom.observability import metrics
from darkroom.observability.log import logger
from generation_worker.results import store_results
from generation_worker.workflow import graph

QUEUE = settings.text("GENERATIONS_QUEUE")
MAX_QUEUED = settings.integer("COMFYUI_MAX_QUEUED")

LEASE = timedelta(seconds=75)  # longer than the function's time-out
LOCK = timedelta(seconds=30)  # longer than counting and submitting, with their time-outs
LOCK_WAIT_SECONDS = 2  # for another worker's host lock
POLL_SECONDS = 20  # per message
FIRST_PAUSE, LAST_PAUSE = 0.05, 0.5  # seconds between two requests for the run's state
DELAYS = (1, 2, 5, 10, 20, 30)  # seconds until the next message of a job
MAX_SUBMISSIONS = 5  # of a job that the host loses


class Outcome(Enum):
    """What follows a step: the next step, another message later, or nothing."""

    CONTINUE = auto()
    RETRY = auto()
    DONE = auto()


def advance(job_id: str, tries: int) -> None:
    """Run the next steps of the job, and send a message for the remaining ones."""
    try:
        job = Job.find(job_id)
    except JobNotFoundError:
        return
    if _try_steps(job) is Outcome.RETRY:
        job.release()
        delay = DELAYS[min(tries, len(DELAYS) - 1)]
        queues.send(QUEUE, {"job_id": job_id, "tries": tries + 1}, delay)


def _try_steps(job: Job) -> Outcome:
    try:
        return _run_steps(job)
    except RunFailedError as error:
        logger.warning("The run failed", extra={"job": job.job_id}, exc_info=error)
        job.fail(error.message)
        return Outcome.DONE
    except HostUnreachableError as error:
        return _without_host(job, error)
    except StorageError as error:
        extra = {"job": job.job_id}
        logger.warning("The images cannot be stored yet", extra=extra, exc_info=error)
        return Outcome.RETRY


def _run_steps(job: Job) -> Outcome:
    if not job.is_open:
        return _cancel_run(job) if job.state == State.CANCELLED else Outcome.DONE
    if job.is_overdue:
        job.fail_overdue()
        return _cancel_run(job)
    if not job.lease(LEASE):
        return Outcome.RETRY  # another worker holds it, or the job has just ended
    if _ensure_submitted(job) is Outcome.RETRY:
        return Outcome.RETRY
    return _follow(job)


def _cancel_run(job: Job) -> Outcome:
    """Cancel the run of a job that has ended."""
    run = host.find_run(job.job_id)
    if run is None or not run.is_active:
        return Outcome.DONE
    # A run that is just starting may ignore the request, so it is repeated until the run has ended.
    host.cancel(job.job_id)
    return Outcome.DONE if job.deadline < clock.now() else Outcome.RETRY


def _ensure_submitted(job: Job) -> Outcome:
    """Submit the prompt unless the host knows it."""
    if host.find_run(job.job_id) is None:
        return _submit(job)
    if job.state == State.QUEUED:
        job.submit()  # the worker that submitted the prompt died before recording it
    return Outcome.CONTINUE


def _submit(job: Job) -> Outcome:
    """Submit the prompt unless the host has enough of them."""
    if job.posts >= MAX_SUBMISSIONS:
        raise RunFailedError("The host has lost the job too often")
    lock = HostLock()
    if not _take(lock):
        return Outcome.RETRY
    try:
        if host.queue_length() >= MAX_QUEUED:
            return Outcome.RETRY
        host.submit(job.job_id, graph(job))
    finally:
        lock.release()
    return Outcome.CONTINUE if job.submit() else Outcome.RETRY


def _take(lock: HostLock) -> bool:
    """Take the host lock; another worker holds it while it submits a prompt."""
    end = time.monotonic() + LOCK_WAIT_SECONDS
    while not lock.take(LOCK):
        if time.monotonic() > end:
            return False
        time.sleep(FIRST_PAUSE)
    return True


def _follow(job: Job) -> Outcome:
    """Poll the run for `POLL_SECONDS`; store its images when it has ended."""
    run = _poll(job)
    if run is None or run.is_active:
        return Outcome.RETRY
    HostLock().record_use()
    if run.state is RunState.CANCELLED:
        raise RunFailedError("The run was cancelled on the host")
    if run.state is RunState.FAILED:
        raise RunFailedError(run.error or "The host reported no reason for the failure")
    store_results(job, run)
    return Outcome.DONE


def _poll(job: Job) -> Run | None:
    """The last state of the run; None if the host has lost it or the job has ended."""
    end = time.monotonic() + POLL_SECONDS
    pause, last_state = FIRST_PAUSE, ""
    while run := host.find_run(job.job_id):
        if not run.is_active or time.monotonic() > end:
            return run
        is_due = pause == LAST_PAUSE or run.state != last_state
        if is_due and not job.record_progress(run.state):
            return None
        time.sleep(pause)
        pause, last_state = min(pause * 1.2, LAST_PAUSE), run.state
    return None


def _without_host(job: Job, error: HostUnreachableError) -> Outcome:
    """Start the host's instance, or fail a job whose client waits, or retry."""
    metrics.count("HostUnreachable")
    if not job.is_open:
        is_over = job.posts == 0 or job.deadline < clock.now()
        return Outcome.DONE if is_over else Outcome.RETRY
    if instance.is_configured():
        _start_instance()
    elif _is_awaited(job) and not isinstance(error, HostResponseError):
        job.fail(error.message, host_was_unreachable=True)
    return Outcome.RETRY if job.is_open else Outcome.DONE


def _is_awaited(job: Job) -> bool:
    """Whether a client waits for a job that was never submitted."""
    return job.state == State.QUEUED and job.waiting_until > clock.now()


def _start_instance() -> None:
    try:
        if not instance.is_started():
            instance.start()
    except HostStartError as error:
        logger.warning("The host cannot be started", exc_info=error)
