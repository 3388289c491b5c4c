"""The gallery's user behind a token."""

from functools import lru_cache
from typing import Annotated

from fastapi import Depends

from darkroom.models.user import User
from darkroom.web.caller import CurrentCaller


async def current_user(caller: CurrentCaller) -> User:
    return _user(caller.sub, caller.username)


# What is asked of a user never changes, so a warm function asks the table once.
@lru_cache(maxsize=1000)
def _user(sub: str, username: str) -> User:
    return User.welcome(sub, username)


CurrentUser = Annotated[User, Depends(current_user)]
