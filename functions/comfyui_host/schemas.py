"""The bodies of the host routes."""

from typing import Literal

from pydantic import BaseModel


class HostStatus(BaseModel):
    status: Literal["running", "starting", "stopped", "error"]
    message: str


class HostStarted(BaseModel):
    status: str = "success"
    message: str
