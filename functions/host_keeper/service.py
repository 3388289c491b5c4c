"""When the host is idle. A job that comes while it stops is no harm: the worker starts it again."""

from datetime import UTC, datetime, timedelta

from darkroom import queues, settings
from darkroom.comfyui import instance
from darkroom.models.job import HostLock, Job
from darkroom.observability.log import logger

QUEUE = settings.text("GENERATIONS_QUEUE")
IDLE = timedelta(seconds=settings.integer("HOST_IDLE_SECONDS"))
GRACE = timedelta(minutes=5)  # a worker that lives ends its job itself, and the run with it


def close_overdue_jobs() -> None:
    """End the jobs whose messages are lost."""
    for job in Job.overdue(GRACE):
        logger.warning("Closing a job that nobody has ended", extra={"job": job.job_id})
        job.fail_overdue()


def stop_idle_host() -> None:
    """Stop the host when it had nothing to do for a while, and nothing waits for it.

    Raises `HostStartError` when the instance is not to be found.
    """
    started = instance.running_since()
    if started and not _is_needed(started):
        logger.info("Stopping the idle host")
        instance.stop()


def _is_needed(started: datetime) -> bool:
    last_used = max(started, HostLock.last_used() or started)
    # No single one will do: the queue's counts are approximate, the index follows its table.
    return datetime.now(UTC) - last_used < IDLE or Job.is_any_open() or not queues.is_empty(QUEUE)
