"""The gallery contract's two account calls."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.exceptions import RequestValidationError
from fastapi.security import OAuth2PasswordRequestForm

from auth import cognito, service
from auth.cognito import PasswordRefusedError
from auth.schemas import Token, UserCreate, UserOut

router = APIRouter(prefix="/auth", tags=["auth"])


@router.post("/register", status_code=201)
def register(account: UserCreate) -> UserOut:
    try:
        user = service.register(
            account.username, account.email, account.password.get_secret_value()
        )
    except PasswordRefusedError as error:
        item = {"loc": ("body", "password"), "msg": error.message, "type": "value_error"}
        raise RequestValidationError([item]) from error
    return UserOut.of(user)


@router.post("/login")
def login(form: Annotated[OAuth2PasswordRequestForm, Depends()]) -> Token:
    return Token(access_token=cognito.access_token(form.username, form.password))
