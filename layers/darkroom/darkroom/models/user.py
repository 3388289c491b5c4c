"""Users: who has which name, e-mail address and number.

One person is four items, each written once under the condition that it is new: `username#…` and
`email#…`, folded so that they are unique whatever the case, `sub#…` for the token's subject, and
`id#…` so that nobody gets another's number. A name is `pending` while its registration is under
way; a pending name past its time is free again.
"""

from datetime import UTC, datetime, timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from darkroom import clock, ids, settings
from darkroom.errors import InvalidInputError
from darkroom.models.operations import commit, failed_conditions

MAX_NAME = 128  # Cognito's; DynamoDB refuses keys over 2,048 bytes
PENDING = timedelta(minutes=2)  # a registration takes seconds


class User(Model):
    class Meta:
        table_name = settings.text("USERS_TABLE")

    key = UnicodeAttribute(hash_key=True)
    username = UnicodeAttribute()
    email = UnicodeAttribute(null=True)
    user_id = NumberAttribute(null=True)
    sub = UnicodeAttribute(null=True)
    created_at = UnicodeAttribute(null=True)
    # Of a pending name only.
    registration = UnicodeAttribute(null=True)
    pending_until = UnicodeAttribute(null=True)

    @classmethod
    def named(cls, username: str) -> "User | None":
        """The active user of that name, whatever its case."""
        if len(username) > MAX_NAME:
            return None
        user = cls._find(name_key(username))
        return user if user and user.sub else None

    @classmethod
    def known(cls, sub: str) -> "User | None":
        return cls._find(f"sub#{sub}")

    @classmethod
    def has_left_over(cls, username: str) -> bool:
        """Whether a registration of ours began with this name and never ended."""
        user = cls._find(name_key(username))
        return bool(user and user.pending_until and user.pending_until < clock.now())

    @classmethod
    def claim(cls, username: str, email: str) -> str:
        """Hold name and address for a registration, and return its id.

        Raises `InvalidInputError` when one is taken, the name being told first.
        """
        registration = ids.new_uuid()
        until = clock.instant(datetime.now(UTC) + PENDING)

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
        """Turn a held name into a user with a number."""
        user = _new(username, email, sub)

        def writes(write: TransactWrite) -> None:
            held = cls.registration == registration
            write.save(user.under(name_key(username)), condition=held)
            write.save(user.under(email_key(email)), condition=held)
            _add(write, user)

        commit(writes)
        return user

    @classmethod
    def release(cls, registration: str, username: str, email: str) -> None:
        """Free a held name and address."""

        def writes(write: TransactWrite) -> None:
            for key in (name_key(username), email_key(email)):
                write.delete(cls(key), condition=cls.registration == registration)

        commit(writes)

    @classmethod
    def welcome(cls, sub: str, username: str) -> "User":
        """The user of a token, given a number on first sight when the pool knew him before us."""
        user = cls.known(sub)
        if user:
            return user
        new = _new(username, None, sub)
        try:
            commit(lambda write: _add(write, new, new.under(name_key(username))))
        except TransactWriteError as error:
            if not any(failed_conditions(error)):
                raise
            if not (user := cls.known(sub)):
                # The name is somebody's whose pool user is gone; the number is what counts.
                commit(lambda write: _add(write, new))
        return user or new

    def under(self, key: str) -> "User":
        """The same user as another of his items."""
        return User(
            key,
            username=self.username,
            email=self.email,
            user_id=self.user_id,
            sub=self.sub,
            created_at=self.created_at,
        )

    @classmethod
    def _find(cls, key: str) -> "User | None":
        try:
            return cls.get(key, consistent_read=True)
        except DoesNotExist:
            return None


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
    write.save(user.under(f"id#{user.user_id}"), condition=User.key.does_not_exist())
    if name:
        write.save(name, condition=User.sub.does_not_exist())


def _is_free() -> Condition:
    is_over = User.sub.does_not_exist() & (User.pending_until < clock.now())
    condition: Condition = User.key.does_not_exist() | is_over
    return condition


def _taken(error: TransactWriteError) -> Exception:
    conditions = failed_conditions(error)
    if not any(conditions):
        return error
    what = "Username" if conditions[0] else "Email"
    return InvalidInputError(f"{what} already registered")
