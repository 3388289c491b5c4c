import time
from datetime import UTC, datetime
from email.utils import format_datetime

from local.cloudinary.errors import CloudinaryError

HOUR = 3600


class Quota:
    """The number of Admin API calls per clock hour. The Upload API has no quota."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.used = 0
        self.hour = 0

    def count_call(self) -> None:
        self._reset_each_hour()
        if self.used >= self.limit:
            raise CloudinaryError(
                420,
                f"Rate Limit Exceeded. Limit of {self.limit} api operations reached. "
                f"Try again on {self.reset_time():%Y-%m-%d %H:%M:%S UTC}",
            )
        self.used += 1

    def reset_time(self) -> datetime:
        return datetime.fromtimestamp((self.hour + 1) * HOUR, UTC)

    def headers(self) -> dict[str, str]:
        self._reset_each_hour()
        return {
            "x-featureratelimit-limit": str(self.limit),
            "x-featureratelimit-remaining": str(self.limit - self.used),
            "x-featureratelimit-reset": format_datetime(self.reset_time(), usegmt=True),
        }

    def _reset_each_hour(self) -> None:
        hour = int(time.time()) // HOUR
        if hour != self.hour:
            self.hour, self.used = hour, 0
