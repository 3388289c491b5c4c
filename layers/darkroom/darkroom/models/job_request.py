"""Generation requests that a repeated request is matched with.

Each is an item `request#<hash>` of the jobs table that names its job.
"""

from contextlib import suppress
from datetime import UTC, datetime

from pynamodb.attributes import TTLAttribute, UnicodeAttribute
from pynamodb.exceptions import DeleteError
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from darkroom import settings
from darkroom.models.job import RETENTION, Job
from darkroom.models.operations import get_or_none, try_commit


class JobRequest(Model):
    """The fingerprint of the body is stored for requests with an idempotency key."""

    class Meta:
        table_name = settings.text("JOBS_TABLE")

    job_id = UnicodeAttribute(hash_key=True)
    target = UnicodeAttribute()
    fingerprint = UnicodeAttribute(null=True, attr_name="digest")
    delete_after = TTLAttribute()

    @classmethod
    def of(cls, key: str, target: str, fingerprint: str | None = None) -> "JobRequest":
        expiry = datetime.now(UTC) + RETENTION
        return cls(_item_key(key), target=target, fingerprint=fingerprint, delete_after=expiry)

    @classmethod
    def find(cls, key: str) -> "JobRequest | None":
        request = get_or_none(cls, _item_key(key))
        # DynamoDB may delete an expired item days later.
        return request if request and request.delete_after > datetime.now(UTC) else None

    def forget(self) -> None:
        """Let the next equal request start a new job."""
        with suppress(DeleteError):
            self.delete(JobRequest.target == self.target)


def create_job(job: Job, request: JobRequest | None) -> bool:
    """Write the job and its request; return False if the request exists already."""

    def writes(write: TransactWrite) -> None:
        write.save(job)
        if request:
            is_expired = JobRequest.delete_after < datetime.now(UTC)
            write.save(request, condition=JobRequest.job_id.does_not_exist() | is_expired)

    return try_commit(writes)


def _item_key(key: str) -> str:
    return f"request#{key}"
