"""Settings: the only reader of environment variables.

Modules read their settings at import, so a function with a missing variable fails when it loads,
with the variable's name.
"""

import os


class MissingSettingError(RuntimeError):
    """Raised when the template does not set a required variable."""


def text(name: str) -> str:
    """A required variable. Raises `MissingSettingError` when it is unset or empty."""
    value = os.environ.get(name)
    if not value:
        raise MissingSettingError(f"the environment variable {name} is not set")
    return value


def integer(name: str) -> int:
    """A required variable that is an integer. Raises `MissingSettingError`."""
    value = text(name)
    try:
        return int(value)
    except ValueError:
        raise MissingSettingError(f"{name} must be an integer, not {value!r}") from None


def optional(name: str) -> str | None:
    """A variable that may be unset or empty; None in these cases."""
    return os.environ.get(name) or None
