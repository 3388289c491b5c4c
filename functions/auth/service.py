"""Registering: our rows and the pool's user, both or neither."""

from auth import cognito
from darkroom.models.user import User
from darkroom.observability.log import logger


def register(username: str, email: str, password: str) -> User:
    """A new user who can log in. Raises `InvalidInputError` when name or e-mail is taken."""
    is_left_over = User.has_left_over(username)
    registration = User.claim(username, email)
    try:
        sub = cognito.create_user(username, email, password, is_left_over)
    except Exception:
        _release(registration, username, email)
        raise
    try:
        return User.activate(registration, username, email, sub)
    except Exception:
        # Otherwise he could log in to an account that he was told he has not.
        cognito.delete_user(username)
        _release(registration, username, email)
        raise


def _release(registration: str, username: str, email: str) -> None:
    try:
        User.release(registration, username, email)
    except Exception:
        logger.exception("The name stays held until its time is over")
