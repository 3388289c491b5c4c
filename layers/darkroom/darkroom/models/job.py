"""Generation jobs, and the requests that lead back to them.

A job is one item, keyed by its id, which is also the id of its prompt at the host. Items
`request#<hash>` name the job that an equal request attaches to.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from pynamodb.attributes import (
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
)
from pynamodb.exceptions import DeleteError, DoesNotExist, TransactWriteError
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from darkroom import clock, ids, settings
from darkroom.errors import NotFoundError
from darkroom.models.operations import changes, commit, is_condition_failure
from darkroom.observability import metrics
from darkroom.paging import Cursor, Element

DEADLINE = timedelta(seconds=settings.integer("JOB_DEADLINE_SECONDS"))
KEPT = timedelta(days=settings.integer("JOB_RETENTION_DAYS"))

_OPEN = "open"


class State(StrEnum):
    """What becomes of a job: `queued` -> `submitted` -> one of the others, or straight to one.

    - `queued`: it waits in our queue; the host does not know it.
    - `submitted`: the host has accepted it; a host that forgets it gets it again.
    - `succeeded`: its images are stored, all of them.
    - `failed`: `error` says why, and nothing is stored.
    - `cancelled`: its owner no longer wants it; nothing is stored.

    Each change is a conditional update, and the last three are never left.
    """

    QUEUED = "queued"
    SUBMITTED = "submitted"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Inputs(MapAttribute[str, str | int | float]):
    """What a job asks of the host, complete: sizes in pixels, `seed` as used."""

    prompt = UnicodeAttribute()
    negative_prompt = UnicodeAttribute()
    width = NumberAttribute()
    height = NumberAttribute()
    steps = NumberAttribute()
    cfg_scale = NumberAttribute()
    seed = NumberAttribute()
    count = NumberAttribute()
    checkpoint = UnicodeAttribute()
    sampler_name = UnicodeAttribute()
    scheduler = UnicodeAttribute()


class GeneratedImage(MapAttribute[str, str]):
    public_id = UnicodeAttribute()
    url = UnicodeAttribute()


class NewestIndex(GlobalSecondaryIndex["Job"]):
    """Everybody's jobs by creation."""

    class Meta:
        index_name = "newest"
        projection = AllProjection()

    owner = UnicodeAttribute(hash_key=True)
    position = UnicodeAttribute(range_key=True)


class OpenIndex(GlobalSecondaryIndex["Job"]):
    """Jobs that have not ended: rows leave it with their attribute `open`."""

    class Meta:
        index_name = "open-by-creation"
        projection = KeysOnlyProjection()

    open = UnicodeAttribute(hash_key=True)
    position = UnicodeAttribute(range_key=True)


class Job(Model):
    class Meta:
        table_name = settings.text("JOBS_TABLE")

    newest = NewestIndex()
    open_jobs = OpenIndex()

    job_id = UnicodeAttribute(hash_key=True)
    owner = UnicodeAttribute()
    position = UnicodeAttribute()
    open = UnicodeAttribute(null=True)
    state = UnicodeAttribute()
    inputs = Inputs()
    created_at = UnicodeAttribute()
    deadline = UnicodeAttribute()
    waiting_until = UnicodeAttribute()
    submitted_at = UnicodeAttribute(null=True)
    finished_at = UnicodeAttribute(null=True)
    posts = NumberAttribute(default=0)
    progress = UnicodeAttribute(null=True)
    lease_until = UnicodeAttribute(null=True)
    error = UnicodeAttribute(null=True)
    is_host_away = NumberAttribute(null=True)
    store = UnicodeAttribute(null=True)
    images = ListAttribute(of=GeneratedImage, null=True)
    delete_after = TTLAttribute(null=True)

    @classmethod
    def new(cls, owner: str, inputs: Inputs, wait: timedelta) -> "Job":
        """A queued job, whose client waits so long for it; nothing is written yet."""
        job_id, now = ids.new_uuid(), datetime.now(UTC)
        created_at = clock.instant(now)
        return cls(
            job_id,
            owner=owner,
            position=f"{created_at}#{job_id}",
            open=_OPEN,
            state=State.QUEUED,
            inputs=inputs,
            created_at=created_at,
            deadline=clock.instant(now + DEADLINE),
            waiting_until=clock.instant(now + wait),
            delete_after=now + KEPT,
        )

    @property
    def is_open(self) -> bool:
        return self.open is not None

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.deadline < clock.now()

    @classmethod
    def find(cls, job_id: str) -> "Job":
        """Raises `NotFoundError`."""
        try:
            return cls.get(job_id, consistent_read=True)
        except DoesNotExist:
            raise NotFoundError("Job not found") from None

    @classmethod
    def still_open(cls, job_id: str) -> "Job":
        """Raises `NotFoundError`, also for a job that has ended."""
        job = cls.find(job_id)
        if not job.is_open:
            raise NotFoundError("Job not found")
        return job

    @classmethod
    def of(cls, owner: str, cursor: Cursor, limit: int | None) -> Iterator[Element["Job"]]:
        """The owner's jobs, newest first, by one query for `limit` of them."""
        before = cursor.after[0]
        rows = cls.newest.query(
            owner,
            NewestIndex.position < before if before else None,
            scan_index_forward=False,
            page_size=limit + 1 if limit else None,
        )
        return (Element(0, row.position, row) for row in rows)

    @classmethod
    def is_any_open(cls) -> bool:
        return any(cls.open_jobs.query(_OPEN, limit=1))

    @classmethod
    def overdue(cls, grace: timedelta) -> Iterator["Job"]:
        """Open jobs that are past their deadline for so long."""
        before = clock.instant(datetime.now(UTC) - DEADLINE - grace)
        for row in cls.open_jobs.query(_OPEN, OpenIndex.position < before):
            job = cls.find(row.job_id)
            if job.is_overdue:
                yield job

    def ahead(self) -> int:
        """How many open jobs are older."""
        return Job.open_jobs.count(_OPEN, OpenIndex.position < self.position)

    def lease(self, duration: timedelta) -> bool:
        """Hold the job for a while against other workers; False when one of them has it."""
        now = datetime.now(UTC)
        is_free = Job.lease_until.does_not_exist() | (Job.lease_until < clock.instant(now))
        until = Job.lease_until.set(clock.instant(now + duration))
        return changes(self, [until], Job.open.exists() & is_free)

    def release(self) -> None:
        changes(self, [Job.lease_until.remove()], Job.job_id.exists())

    def submit(self) -> bool:
        """Note that the host has accepted the job; False when it has ended meanwhile."""
        return changes(
            self,
            [
                Job.state.set(State.SUBMITTED),
                Job.submitted_at.set(Job.submitted_at | clock.now()),
                Job.posts.add(1),
            ],
            Job.open.exists(),
        )

    def note(self, progress: str) -> bool:
        """Note what the host is at; False when the job has ended meanwhile."""
        return changes(self, [Job.progress.set(progress)], Job.open.exists())

    def fail(self, error: str, is_host_away: bool = False) -> None:
        actions = [Job.error.set(error), Job.is_host_away.set(int(is_host_away))]
        self._end(State.FAILED, actions)

    def fail_overdue(self) -> None:
        minutes = int(DEADLINE.total_seconds() // 60)
        self.fail(f"The job was not finished within {minutes} minutes")

    def cancel(self) -> None:
        self._end(State.CANCELLED, [])

    def succeed(self, write: TransactWrite, store: str, images: list[GeneratedImage]) -> "Job":
        """The end with images, there once the transaction is done."""
        actions = [*_ending(State.SUCCEEDED), Job.store.set(store), Job.images.set(images)]
        write.update(self, actions=actions, condition=Job.open.exists())
        return self

    def _end(self, state: State, actions: Sequence[Action]) -> None:
        if changes(self, [*_ending(state), *actions], Job.open.exists()):
            self.note_end(state)
        else:
            self.refresh(consistent_read=True)

    def note_end(self, state: State) -> None:
        """Tell the operators how a job ended, and how long its client had to wait."""
        lasted = datetime.now(UTC) - clock.moment(self.created_at)
        metrics.seconds("GenerationSeconds", lasted.total_seconds(), state=state)


def _ending(state: State) -> Sequence[Action]:
    return [
        Job.state.set(state),
        Job.finished_at.set(clock.now()),
        Job.open.remove(),
        Job.lease_until.remove(),
        Job.progress.remove(),
    ]


class Request(Model):
    """Leads a request that comes again to the job of the first one.

    `digest` is that of the body, where the key is one that the client chose.
    """

    class Meta:
        table_name = settings.text("JOBS_TABLE")

    job_id = UnicodeAttribute(hash_key=True)
    target = UnicodeAttribute()
    digest = UnicodeAttribute(null=True)
    delete_after = TTLAttribute()

    @classmethod
    def of(cls, key: str, target: str, digest: str | None = None) -> "Request":
        return cls(_key(key), target=target, digest=digest, delete_after=datetime.now(UTC) + KEPT)

    @classmethod
    def known(cls, key: str) -> "Request | None":
        try:
            request = cls.get(_key(key), consistent_read=True)
        except DoesNotExist:
            return None
        # An expired item may stay for days.
        return request if request.delete_after > datetime.now(UTC) else None

    def forget(self) -> None:
        """Let the next equal request begin anew."""
        with suppress(DeleteError):
            self.delete(Request.target == self.target)


class HostLock(Model):
    """Held by the one worker that counts the host's prompts and adds its own; `used_at` is when the
    host last finished something."""

    class Meta:
        table_name = settings.text("JOBS_TABLE")

    job_id = UnicodeAttribute(hash_key=True, default="host")
    lease_until = UnicodeAttribute(null=True)
    used_at = UnicodeAttribute(null=True)

    @classmethod
    def last_used(cls) -> datetime | None:
        try:
            lock = cls.get("host", consistent_read=True)
        except DoesNotExist:
            return None
        return clock.moment(lock.used_at) if lock.used_at else None

    def note_use(self) -> None:
        self.update(actions=[HostLock.used_at.set(clock.now())])

    def take(self, duration: timedelta) -> bool:
        """Hold the lock for so long at most; False when another worker has it."""
        now = datetime.now(UTC)
        is_free = HostLock.lease_until.does_not_exist() | (
            HostLock.lease_until < clock.instant(now)
        )
        return changes(self, [HostLock.lease_until.set(clock.instant(now + duration))], is_free)

    def release(self) -> None:
        changes(self, [HostLock.lease_until.remove()], HostLock.lease_until == self.lease_until)


def create(job: Job, request: Request | None) -> bool:
    """Write the job, with the request that leads to it; False when that leads to another one."""

    def writes(write: TransactWrite) -> None:
        write.save(job)
        if request:
            is_new = Request.job_id.does_not_exist() | (Request.delete_after < datetime.now(UTC))
            write.save(request, condition=is_new)

    try:
        commit(writes)
    except TransactWriteError as error:
        if not is_condition_failure(error):
            raise
        return False
    return True


def _key(key: str) -> str:
    return f"request#{key}"
