"""What one message does for its job: a step or several, and another message while there is more.

Messages come at least once, so every step may happen again: the host is asked for the job before
it is given to it, and each change of the job is conditional.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from pynamodb.transactions import TransactWrite

from darkroom import clock, ids, queues, settings
from darkroom.comfyui import host, instance
from darkroom.comfyui.host import Run, RunState
from darkroom.errors import (
    HostAwayError,
    HostStartError,
    HostTroubleError,
    NotFoundError,
    RunFailedError,
    StorageError,
)
from darkroom.images.formats import FORMATS, Image
from darkroom.models.job import GeneratedImage, HostLock, Job, State
from darkroom.observability import metrics
from darkroom.observability.log import logger
from darkroom.storage.cloudinary import PUBLIC
from darkroom.uploads.storing import keep
from generation_worker.workflow import graph

FOLDER = settings.text("CLOUDINARY_FOLDER")
QUEUE = settings.text("GENERATIONS_QUEUE")
MAX_QUEUED = settings.integer("COMFYUI_MAX_QUEUED")

LEASE = timedelta(seconds=75)  # longer than the function lives
LOCK = timedelta(seconds=30)  # longer than counting and posting take, with their time-outs
LOCK_SECONDS = 2  # that a worker waits for another's lock before it puts its message back
POLL_SECONDS = 20  # of one message; what takes longer goes on with the next
FIRST_PAUSE, LAST_PAUSE = 0.05, 0.5  # seconds between two looks at the host
DELAYS = (1, 2, 5, 10, 20, 30)  # seconds from one message of a job to the next
MAX_POSTS = 5  # a host that forgets a job so often will not finish it
PARALLEL = 4

_UNDER_WAY = {RunState.WAITING, RunState.RUNNING}


def advance(job_id: str, tries: int) -> None:
    """Take the job a step further, and send the message for the next one where there is one."""
    try:
        job = Job.find(job_id)
    except NotFoundError:
        return
    try:
        is_done = _advance(job)
    except RunFailedError as error:
        logger.warning("The run failed", extra={"job": job_id}, exc_info=error)
        job.fail(error.message)
        return
    except HostAwayError as error:
        is_done = _without_host(job, error)
    except StorageError as error:
        logger.warning("The images cannot be stored yet", extra={"job": job_id}, exc_info=error)
        is_done = False
    if not is_done:
        job.release()
        delay = DELAYS[min(tries, len(DELAYS) - 1)]
        queues.send(QUEUE, {"job_id": job_id, "tries": tries + 1}, delay)


def _advance(job: Job) -> bool:
    """Whether nothing is left to do."""
    if not job.is_open:
        return job.state != State.CANCELLED or _is_off_host(job)
    if job.is_overdue:
        job.fail_overdue()
        return _is_off_host(job)
    if not job.lease(LEASE):
        return False  # another worker has it, or it has just ended
    run = host.run(job.job_id)
    if run is None and not _post(job):
        return False
    if run and job.state == State.QUEUED:
        job.submit()  # whoever posted it did not live to note it
    return _follow(job)


def _is_off_host(job: Job) -> bool:
    """Whether the host has nothing more to do for a job that has ended; asks it to stop."""
    run = host.run(job.job_id)
    if run is None or run.state not in _UNDER_WAY:
        return True
    # A run that is just beginning may ignore it, so this is asked until it is over.
    host.cancel(job.job_id)
    return job.deadline < clock.now()


def _post(job: Job) -> bool:
    """Give the job to the host unless enough are waiting there; whether it has it now."""
    if job.posts >= MAX_POSTS:
        raise RunFailedError("The host has lost the job too often")
    lock = HostLock()
    if not _taken(lock):
        return False
    try:
        if host.waiting() >= MAX_QUEUED:
            return False
        host.post(job.job_id, graph(job))
    finally:
        lock.release()
    return job.submit()


def _taken(lock: HostLock) -> bool:
    """Whether it is ours; another worker has it for as long as a post takes."""
    end = time.monotonic() + LOCK_SECONDS
    while not lock.take(LOCK):
        if time.monotonic() > end:
            return False
        time.sleep(FIRST_PAUSE)
    return True


def _follow(job: Job) -> bool:
    """Look at the run until it ends or the time is over; whether the job has ended."""
    run = _watch(job)
    if run is None or run.state in _UNDER_WAY:
        return False
    HostLock().note_use()
    if run.state is RunState.CANCELLED:
        raise RunFailedError("The run was cancelled on the host")
    if run.state is RunState.FAILED:
        raise RunFailedError(run.error or "The host failed without a reason")
    _store(job, run)
    return True


def _watch(job: Job) -> Run | None:
    """The run as it is at last; None when it is lost, or nobody wants it any more."""
    end = time.monotonic() + POLL_SECONDS
    pause, seen = FIRST_PAUSE, ""
    while run := host.run(job.job_id):
        if run.state not in _UNDER_WAY or time.monotonic() > end:
            return run
        if (pause == LAST_PAUSE or run.state != seen) and not job.note(run.state):
            return None
        time.sleep(pause)
        pause, seen = min(pause * 1.2, LAST_PAUSE), run.state
    return None


def _store(job: Job, run: Run) -> None:
    """Keep the images, all or none, under ids of this attempt: another may be under way."""
    count = int(job.inputs.count)
    if len(run.files) < count:
        raise RunFailedError(f"The host made {len(run.files)} of {count} images")
    with ThreadPoolExecutor(PARALLEL) as pool:
        contents = list(pool.map(host.fetch, run.files[:count]))
    attempt = ids.new_uuid()[:8]
    public_ids = [f"{FOLDER}/generated/{job.job_id}/{attempt}-{n}" for n in range(1, count + 1)]

    def own(write: TransactWrite, places: list[str]) -> Job:
        # Once it has ended otherwise, this raises, and nothing is kept.
        images = [
            GeneratedImage(public_id=public_id, url=place)
            for public_id, place in zip(public_ids, places, strict=True)
        ]
        return Job.still_open(job.job_id).succeed(write, PUBLIC.name, images)

    try:
        keep(PUBLIC, [Image(content, FORMATS["PNG"]) for content in contents], public_ids, own)
    except NotFoundError:
        logger.info("The job ended while its images were stored", extra={"job": job.job_id})
    else:
        job.note_end(State.SUCCEEDED)


def _without_host(job: Job, error: HostAwayError) -> bool:
    """What becomes of a job while the host gives no answer; whether nothing is left to do."""
    metrics.count("HostAway")
    if not job.is_open:
        return job.posts == 0 or job.deadline < clock.now()
    if instance.is_configured():
        _wake_host()
    elif _is_awaited(job) and not isinstance(error, HostTroubleError):
        job.fail(error.message, is_host_away=True)
    return not job.is_open


def _is_awaited(job: Job) -> bool:
    """Whether a client waits for a job that the host has never had."""
    return job.state == State.QUEUED and job.waiting_until > clock.now()


def _wake_host() -> None:
    try:
        if not instance.is_coming():
            instance.start()
    except HostStartError as error:
        logger.warning("The host cannot be started", exc_info=error)
