"""Instants as text: stored with microseconds so that they sort, printed with seconds."""

from datetime import UTC, datetime

SECONDS = 19  # characters of "2024-03-21T10:30:00"


def now() -> str:
    """The current time as fixed-width UTC text, `2024-03-21T10:30:00.123456Z`."""
    return instant(datetime.now(UTC))


def instant(moment: datetime) -> str:
    """A UTC time as fixed-width text, which sorts chronologically."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment(instant: str) -> datetime:
    """The time that an instant represents."""
    return datetime.fromisoformat(instant)


def to_seconds(instant: str) -> str:
    """The format of the stories contracts, `2024-03-21T10:30:00Z`."""
    return instant[:SECONDS] + "Z"


def to_naive_seconds(instant: str) -> str:
    """The format of the gallery contract, `2024-01-01T12:00:00`, in UTC."""
    return instant[:SECONDS]
