"""Overdue jobs, and when the host is idle. The worker restarts a stopped host for a new job."""

from datetime import UTC, datetime, timedelta

from darkroom import queues, settings
from darkroom.comfyui import instance
from darkroom.models.host_lock import HostLock
from darkroom.models.job import Job
from darkroom.observability.log import logger

QUEUE = settings.text("GENERATIONS_QUEUE")
IDLE = timedelta(seconds=settings.integer("HOST_IDLE_SECONDS"))
GRACE = timedelta(minutes=5)  # in which a running worker fails the job itself and cancels the run


def fail_overdue_jobs() -> None:
    """Fail the jobs whose messages were lost."""
    for job in Job.overdue(GRACE):
        logger.warning("Failing an overdue job", extra={"job": job.job_id})
        job.fail_overdue()


def stop_idle_host() -> None:
    """Stop the host if it has been idle for `IDLE` and no job is open.

    Raises `HostStartError` if the instance does not exist.
    """
    started = instance.running_since()
    if started and not _is_needed(started):
        logger.info("Stopping the idle host")
        instance.stop()


def _is_needed(started: datetime) -> bool:
    last_used = max(started, HostLock.last_used() or started)
    # All are needed: the queue's counts are approximate, the index is eventually consistent.
    return datetime.now(UTC) - last_used < IDLE or Job.is_any_open() or not queues.is_empty(QUEUE)
