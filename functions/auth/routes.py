"""The gallery contract's two account calls."""

from typing import Annotated

from fastapi import Form
from fastapi.exceptions import RequestValidationError

from auth import cognito, service
from auth.cognito import PasswordRejectedError
from auth.schemas import LoginForm, Token, UserCreate, UserOut
from darkroom.models.user import EMAIL_TAKEN, USERNAME_TAKEN
from darkroom.web.openapi_responses import error_responses
from darkroom.web.routers import group_router

router = group_router(prefix="/auth", tags=["auth"])


@router.post(
    "/register",
    status_code=201,
    responses=error_responses({400: f"{USERNAME_TAKEN} / {EMAIL_TAKEN}"}),
)
async def register(account: UserCreate) -> UserOut:
    """Creates an account. User names and e-mail addresses are unique, compared without case."""
    try:
        user = service.register(
            account.username, account.email, account.password.get_secret_value()
        )
    except PasswordRejectedError as error:
        item = {"loc": ("body", "password"), "msg": error.message, "type": "value_error"}
        raise RequestValidationError([item]) from error
    return UserOut.of(user)


@router.post(
    "/login",
    responses=error_responses({401: cognito.WRONG_PASSWORD, 403: cognito.NOT_READY}),
)
async def login(form: Annotated[LoginForm, Form()]) -> Token:
    """Returns the token that protected routes require. The body is a form, not JSON."""
    password = form.password.get_secret_value()
    return Token(access_token=cognito.access_token(form.username, password))
