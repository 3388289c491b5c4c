"""The only reader of the environment. Whoever needs a setting reads it at import,
so that a function with a missing setting fails when it loads, naming it."""

import os


class MissingSettingError(RuntimeError):
    """Raised when the template did not set a variable that the code needs."""


def text(name: str) -> str:
    """The value of a required variable; `MissingSettingError` when unset or empty."""
    value = os.environ.get(name)
    if not value:
        raise MissingSettingError(f"the environment variable {name} is not set")
    return value


def integer(name: str) -> int:
    """The value of a required variable as an integer."""
    value = text(name)
    try:
        return int(value)
    except ValueError:
        raise MissingSettingError(f"{name} must be an integer, not {value!r}") from None


def optional(name: str) -> str | None:
    """The value of a variable that may be empty; None then."""
    return text(name) if os.environ.get(name) else None
