"""The bodies of the gallery contract's two open routes."""

from pydantic import BaseModel


class Welcome(BaseModel):
    message: str = "Welcome to Shared Gallery API"
    docs: str = "/docs"
    version: str = "1.0.0"


class Health(BaseModel):
    status: str = "healthy"
