"""The gallery user of a token."""

from functools import lru_cache
from typing import Annotated

from fastapi import Depends

from darkroom.models.user import User
from darkroom.web.caller import CurrentCaller


async def current_user(caller: CurrentCaller) -> User:
    return _user(caller.sub, caller.username)


# These attributes of a user never change, so a warm function reads them once.
@lru_cache(maxsize=1000)
def _user(sub: str, username: str) -> User:
    return User.find_or_create(sub, username)


CurrentUser = Annotated[User, Depends(current_user)]
