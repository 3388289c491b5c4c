"""Users: their unique names, e-mail addresses, subjects and numbers.

A user is four items, each written under the condition that it is new: `username#…` and `email#…`,
case-folded, `sub#…` for the token's subject, and `id#…` for the number. A name is `pending` during
its registration; a pending name that has expired is free again.
"""

from datetime import UTC, datetime, timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from darkroom import clock, ids, settings
from darkroom.errors import InvalidInputError
from darkroom.models.operations import commit, failed_conditions, get_or_none, try_commit

MAX_NAME = 128  # characters, Cognito's limit; DynamoDB rejects keys above 2,048 bytes
USERNAME_TAKEN, EMAIL_TAKEN = "Username already registered", "Email already registered"
REGISTRATION_EXPIRY = timedelta(minutes=2)  # a registration takes seconds


class User(Model):
    class Meta:
        table_name = settings.text("USERS_TABLE")

    key = UnicodeAttribute(hash_key=True)
    username = UnicodeAttribute()
    email = UnicodeAttribute(null=True)
    user_id = NumberAttribute(null=True)
    sub = UnicodeAttribute(null=True)
    created_at = UnicodeAttribute(null=True)
    # Only of a pending name.
    registration = UnicodeAttribute(null=True)
    pending_until = UnicodeAttribute(null=True)

    @classmethod
    def named(cls, username: str) -> "User | None":
        """The active user with that name, compared without case."""
        if len(username) > MAX_NAME:
            return None
        user = get_or_none(cls, name_key(username))
        return user if user and user.sub else None

    @classmethod
    def with_subject(cls, sub: str) -> "User | None":
        return get_or_none(cls, f"sub#{sub}")

    @classmethod
    def has_expired_registration(cls, username: str) -> bool:
        """Whether a registration with this name began and never ended."""
        user = get_or_none(cls, name_key(username))
        return bool(user and user.pending_until and user.pending_until < clock.now())

    @classmethod
    def claim(cls, username: str, email: str) -> str:
        """Reserve the name and the address for a registration, and return its id.

        Raises `InvalidInputError` if one is taken; if both are, the message names the user name.
        """
        registration = ids.new_uuid()
        until = clock.instant(datetime.now(UTC) + REGISTRATION_EXPIRY)

        def writes(write: TransactWrite) -> None:
            for key in (name_key(username), email_key(email)):
                row = cls(key, username=username, registration=registration, pending_until=until)
                write.save(row, condition=_is_free())

        try:
            commit(writes)
        except TransactWriteError as error:
            raise _taken(error) from error
        return registration

    @classmethod
    def activate(cls, registration: str, username: str, email: str, sub: str) -> "User":
        """Turn a reserved name into a user with a number."""
        user = _new(username, email, sub)

        def writes(write: TransactWrite) -> None:
            is_reserved = cls.registration == registration
            write.save(user.as_item(name_key(username)), condition=is_reserved)
            write.save(user.as_item(email_key(email)), condition=is_reserved)
            _add(write, user)

        commit(writes)
        return user

    @classmethod
    def release(cls, registration: str, username: str, email: str) -> None:
        """Free a reserved name and address."""

        def writes(write: TransactWrite) -> None:
            for key in (name_key(username), email_key(email)):
                write.delete(cls(key), condition=cls.registration == registration)

        commit(writes)

    @classmethod
    def find_or_create(cls, sub: str, username: str) -> "User":
        """The user of a token; created on first use for a user that exists only in the pool."""
        if user := cls.with_subject(sub):
            return user
        new = _new(username, None, sub)
        if try_commit(lambda write: _add(write, new, new.as_item(name_key(username)))):
            return new
        if user := cls.with_subject(sub):
            return user
        # The name belongs to a user who was deleted from the pool; the subject decides.
        commit(lambda write: _add(write, new))
        return new

    def as_item(self, key: str) -> "User":
        """The same user under another of the four keys."""
        return User(
            key,
            username=self.username,
            email=self.email,
            user_id=self.user_id,
            sub=self.sub,
            created_at=self.created_at,
        )


def name_key(username: str) -> str:
    return f"username#{username.casefold()}"


def email_key(email: str) -> str:
    return f"email#{email.casefold()}"


def _new(username: str, email: str | None, sub: str) -> User:
    return User(
        f"sub#{sub}",
        username=username,
        email=email,
        user_id=ids.new_integer(),
        sub=sub,
        created_at=clock.now(),
    )


def _add(write: TransactWrite, user: User, name: User | None = None) -> None:
    write.save(user, condition=User.key.does_not_exist())
    write.save(user.as_item(f"id#{user.user_id}"), condition=User.key.does_not_exist())
    if name:
        write.save(name, condition=User.sub.does_not_exist())


def _is_free() -> Condition:
    is_expired = User.sub.does_not_exist() & (User.pending_until < clock.now())
    condition: Condition = User.key.does_not_exist() | is_expired
    return condition


def _taken(error: TransactWriteError) -> Exception:
    conditions = failed_conditions(error)
    if not any(conditions):
        return error
    return InvalidInputError(USERNAME_TAKEN if conditions[0] else EMAIL_TAKEN)
