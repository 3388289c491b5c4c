import time
from datetime import UTC, datetime
from email.utils import format_datetime

from local.cloudinary.errors import CloudinaryError

HOUR = 3600


class Quota:
    """Admin API calls left in this clock hour; the Upload API has no such limit."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.spent = 0
        self.hour = 0

    def spend(self) -> None:
        self._turn()
        if self.spent >= self.limit:
            raise CloudinaryError(
                420,
                f"Rate Limit Exceeded. Limit of {self.limit} api operations reached. "
                f"Try again on {self.reset():%Y-%m-%d %H:%M:%S UTC}",
            )
        self.spent += 1

    def reset(self) -> datetime:
        return datetime.fromtimestamp((self.hour + 1) * HOUR, UTC)

    def headers(self) -> dict[str, str]:
        self._turn()
        return {
            "x-featureratelimit-limit": str(self.limit),
            "x-featureratelimit-remaining": str(self.limit - self.spent),
            "x-featureratelimit-reset": format_datetime(self.reset(), usegmt=True),
        }

    def _turn(self) -> None:
        hour = int(time.time()) // HOUR
        if hour != self.hour:
            self.hour, self.spent = hour, 0
