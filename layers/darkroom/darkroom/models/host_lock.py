"""The host lock: held by the one worker that counts the host's prompts and submits another."""

from datetime import UTC, datetime, timedelta

from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model

from darkroom import clock, settings
from darkroom.models.operations import get_or_none, try_update

_KEY = "host"


class HostLock(Model):
    """The item `host` of the jobs table; `used_at` is when the host last finished a run."""

    class Meta:
        table_name = settings.text("JOBS_TABLE")

    job_id = UnicodeAttribute(hash_key=True, default=_KEY)
    lease_until = UnicodeAttribute(null=True)
    used_at = UnicodeAttribute(null=True)

    @classmethod
    def last_used(cls) -> datetime | None:
        lock = get_or_none(cls, _KEY)
        return clock.moment(lock.used_at) if lock and lock.used_at else None

    def record_use(self) -> None:
        self.update(actions=[HostLock.used_at.set(clock.now())])

    def take(self, duration: timedelta) -> bool:
        """Take the lock for at most `duration`; return False while another worker holds it."""
        now = datetime.now(UTC)
        lease = HostLock.lease_until
        is_free = lease.does_not_exist() | (lease < clock.instant(now))
        return try_update(self, [lease.set(clock.instant(now + duration))], is_free)

    def release(self) -> None:
        lease = HostLock.lease_until
        try_update(self, [lease.remove()], lease == self.lease_until)
