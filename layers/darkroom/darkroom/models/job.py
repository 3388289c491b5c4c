"""Generation jobs: one item each, whose id is also the id of its prompt on the host."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from pynamodb.attributes import (
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
)
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from darkroom import clock, ids, settings
from darkroom.errors import JobNotFoundError
from darkroom.models.job_inputs import Inputs
from darkroom.models.operations import get_or_none, query_page, try_update
from darkroom.observability import metrics
from darkroom.paging import Cursor, Element

DEADLINE = timedelta(seconds=settings.integer("JOB_DEADLINE_SECONDS"))
RETENTION = timedelta(days=settings.integer("JOB_RETENTION_DAYS"))

_OPEN = "open"


class State(StrEnum):
    """`queued` -> `submitted` -> one of the final states; a queued job may end directly.

    - `queued`: the job waits in the queue; the host does not know it.
    - `submitted`: the host has accepted the prompt; if it loses the prompt, it receives it again.
    - `succeeded`: all images are stored.
    - `failed`: `error` contains the reason; no image is stored.
    - `cancelled`: the job was cancelled; no image is stored.

    Each change is a conditional update. The last three states are final.
    """

    QUEUED = "queued"
    SUBMITTED = "submitted"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class GeneratedImage(MapAttribute[str, str]):
    public_id = UnicodeAttribute()
    url = UnicodeAttribute()


class NewestIndex(GlobalSecondaryIndex["Job"]):
    """The jobs of each owner by creation."""

    class Meta:
        index_name = "newest"
        projection = AllProjection()

    owner = UnicodeAttribute(hash_key=True)
    position = UnicodeAttribute(range_key=True)


class OpenIndex(GlobalSecondaryIndex["Job"]):
    """Jobs that have not ended: removing `open` takes a row out of the index."""

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
    host_was_unreachable = NumberAttribute(null=True, attr_name="is_host_away")
    store = UnicodeAttribute(null=True)
    images = ListAttribute(of=GeneratedImage, null=True)
    delete_after = TTLAttribute(null=True)

    @classmethod
    def new(cls, owner: str, inputs: Inputs, wait: timedelta) -> "Job":
        """A queued job, not yet written, for whose result the client waits `wait`."""
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
            delete_after=now + RETENTION,
        )

    @property
    def is_open(self) -> bool:
        return self.open is not None

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.deadline < clock.now()

    @classmethod
    def find(cls, job_id: str) -> "Job":
        """Raises `JobNotFoundError`."""
        if job := get_or_none(cls, job_id):
            return job
        raise JobNotFoundError

    @classmethod
    def find_current(cls, job_id: str) -> "Job":
        """The job, which is failed first if it is overdue. Raises `JobNotFoundError`."""
        job = cls.find(job_id)
        if job.is_overdue:
            job.fail_overdue()  # its message was lost, or the worker died
        return job

    @classmethod
    def find_open(cls, job_id: str) -> "Job":
        """Raises `JobNotFoundError`, also for a job that has ended."""
        job = cls.find(job_id)
        if not job.is_open:
            raise JobNotFoundError
        return job

    @classmethod
    def of(cls, owner: str, cursor: Cursor, limit: int | None) -> Iterator[Element["Job"]]:
        """The owner's jobs after the cursor, newest first."""
        rows = query_page(cls.newest, owner, cursor.after[0], limit, scan_index_forward=False)
        return (Element(0, row.position, row) for row in rows)

    @classmethod
    def is_any_open(cls) -> bool:
        return any(cls.open_jobs.query(_OPEN, limit=1))

    @classmethod
    def overdue(cls, grace: timedelta) -> Iterator["Job"]:
        """Open jobs whose deadline passed at least `grace` ago."""
        before = clock.instant(datetime.now(UTC) - DEADLINE - grace)
        for row in cls.open_jobs.query(_OPEN, OpenIndex.position < before):
            job = cls.find(row.job_id)
            if job.is_overdue:
                yield job

    def jobs_ahead(self) -> int:
        """The number of open jobs that are older."""
        return Job.open_jobs.count(_OPEN, OpenIndex.position < self.position)

    def lease(self, duration: timedelta) -> bool:
        """Take the lease; return False while another worker holds it or when the job has ended."""
        now = datetime.now(UTC)
        is_free = Job.lease_until.does_not_exist() | (Job.lease_until < clock.instant(now))
        until = Job.lease_until.set(clock.instant(now + duration))
        return try_update(self, [until], Job.open.exists() & is_free)

    def release(self) -> None:
        try_update(self, [Job.lease_until.remove()], Job.job_id.exists())

    def submit(self) -> bool:
        """Record that the host has accepted the prompt; return False if the job has ended."""
        return try_update(
            self,
            [
                Job.state.set(State.SUBMITTED),
                Job.submitted_at.set(Job.submitted_at | clock.now()),
                Job.posts.add(1),
            ],
            Job.open.exists(),
        )

    def record_progress(self, progress: str) -> bool:
        """Return False if the job has ended."""
        return try_update(self, [Job.progress.set(progress)], Job.open.exists())

    def fail(self, error: str, *, host_was_unreachable: bool = False) -> None:
        unreachable = Job.host_was_unreachable.set(int(host_was_unreachable))
        actions = [Job.error.set(error), unreachable]
        self._end(State.FAILED, actions)

    def fail_overdue(self) -> None:
        minutes = int(DEADLINE.total_seconds() // 60)
        self.fail(f"The job was not finished within {minutes} minutes")

    def cancel(self) -> None:
        self._end(State.CANCELLED, [])

    def succeed(self, write: TransactWrite, store: str, images: list[GeneratedImage]) -> "Job":
        """Add the successful end of the job to the transaction."""
        actions = [*_ending(State.SUCCEEDED), Job.store.set(store), Job.images.set(images)]
        write.update(self, actions=actions, condition=Job.open.exists())
        return self

    def _end(self, state: State, actions: Sequence[Action]) -> None:
        if try_update(self, [*_ending(state), *actions], Job.open.exists()):
            self.count_end(state)
        else:
            self.refresh(consistent_read=True)

    def count_end(self, state: State) -> None:
        """Emit the metric of ended jobs with the job's total duration."""
        duration = datetime.now(UTC) - clock.moment(self.created_at)
        metrics.seconds("GenerationSeconds", duration.total_seconds(), state=state)


def _ending(state: State) -> Sequence[Action]:
    return [
        Job.state.set(state),
        Job.finished_at.set(clock.now()),
        Job.open.remove(),
        Job.lease_until.remove(),
        Job.progress.remove(),
    ]
