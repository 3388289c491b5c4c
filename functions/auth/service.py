"""Registration: creates the rows and the pool's user, both or neither."""

from auth import cognito
from darkroom.models.user import User
from darkroom.observability.log import logger


def register(username: str, email: str, password: str) -> User:
    """Create a user who can log in. Raises `InvalidInputError` if the name or e-mail is taken."""
    is_incomplete = User.has_expired_registration(username)
    registration = User.claim(username, email)
    try:
        sub = cognito.create_user(username, email, password, is_incomplete)
    except Exception:
        _release(registration, username, email)
        raise
    try:
        return User.activate(registration, username, email, sub)
    except Exception:
        # Otherwise the user could log in, although the registration returned an error.
        cognito.delete_user(username)
        _release(registration, username, email)
        raise


def _release(registration: str, username: str, email: str) -> None:
    try:
        User.release(registration, username, email)
    except Exception:
        logger.exception("The user name stays reserved until the registration expires")
