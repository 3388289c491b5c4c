"""Instants: stored with microseconds so that they sort, shown with seconds."""

from datetime import UTC, datetime

SECONDS = 19  # "2024-03-21T10:30:00"
GRACE_SECONDS = 30  # between our clock and that of whoever issues tokens


def now() -> str:
    """The present as fixed-width UTC text, `2024-03-21T10:30:00.123456Z`."""
    return instant(datetime.now(UTC))


def instant(moment: datetime) -> str:
    """A moment in UTC as fixed-width text, which sorts as the moments do."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment(instant: str) -> datetime:
    """The moment that such a text tells."""
    return datetime.fromisoformat(instant)


def to_seconds(instant: str) -> str:
    """The instant as the stories contracts print it, `2024-03-21T10:30:00Z`."""
    return instant[:SECONDS] + "Z"


def to_naive_seconds(instant: str) -> str:
    """The instant as the gallery contract prints it, `2024-01-01T12:00:00`, in UTC."""
    return instant[:SECONDS]
