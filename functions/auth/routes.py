"""The gallery contract's two account calls."""

from typing import Annotated

from fastapi import Form
from fastapi.exceptions import RequestValidationError

from auth import cognito, service
from auth.cognito import PasswordRefusedError
from auth.schemas import LoginForm, Token, UserCreate, UserOut
from darkroom.web.openapi_responses import refusals
from darkroom.web.routers import group_router

router = group_router(prefix="/auth", tags=["auth"])


@router.post(
    "/register",
    status_code=201,
    responses=refusals({400: "Username already registered / Email already registered"}),
)
async def register(account: UserCreate) -> UserOut:
    """Makes an account. Names are unique whatever their case, and so are e-mail addresses."""
    try:
        user = service.register(
            account.username, account.email, account.password.get_secret_value()
        )
    except PasswordRefusedError as error:
        item = {"loc": ("body", "password"), "msg": error.message, "type": "value_error"}
        raise RequestValidationError([item]) from error
    return UserOut.of(user)


@router.post(
    "/login",
    responses=refusals(
        {401: "Incorrect username or password", 403: "The account is not ready to log in"}
    ),
)
async def login(form: Annotated[LoginForm, Form()]) -> Token:
    """Gives the token that everything with a lock asks for. The body is a form, not JSON."""
    password = form.password.get_secret_value()
    return Token(access_token=cognito.access_token(form.username, password))
