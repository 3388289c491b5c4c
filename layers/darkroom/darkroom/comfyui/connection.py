"""The HTTP connection to the ComfyUI host."""

import json
from functools import cache
from typing import Any

import urllib3
from urllib3.exceptions import HTTPError

from darkroom import settings
from darkroom.errors import HostResponseError, HostUnreachableError
from darkroom.secrets import secret

URL = settings.text("COMFYUI_URL").rstrip("/")
TOKEN_PARAMETER = settings.optional("COMFYUI_TOKEN_PARAMETER")

TIMEOUT = urllib3.Timeout(connect=3, read=10)

_UNREACHABLE = {502, 503, 504}  # from a proxy in front of the host


def request(method: str, path: str, **options: Any) -> urllib3.BaseHTTPResponse:
    """Raises `HostUnreachableError`."""
    try:
        response = _pool().request(
            method, f"{URL}/api{path}", headers=_headers(), **{"timeout": TIMEOUT, **options}
        )
    except HTTPError as error:
        raise HostUnreachableError from error
    if response.status in _UNREACHABLE:
        raise HostUnreachableError
    return response


def success_body(response: urllib3.BaseHTTPResponse) -> Any:
    """The JSON body of a 200. Raises `HostResponseError` for any other status."""
    if response.status != 200:
        raise unexpected(response)
    return json_body(response)


def json_body(response: urllib3.BaseHTTPResponse) -> Any:
    """The body, or an empty object if it is not JSON."""
    try:
        return json.loads(response.data)
    except ValueError:
        return {}


def unexpected(response: urllib3.BaseHTTPResponse) -> HostResponseError:
    return HostResponseError(f"The host returned status {response.status}")


def _headers() -> dict[str, str]:
    """The header that the parameter contains as `Name: value`."""
    if not TOKEN_PARAMETER:
        return {}
    name, _, value = secret(TOKEN_PARAMETER).partition(":")
    return {name.strip(): value.strip()}


@cache
def _pool() -> urllib3.PoolManager:
    return urllib3.PoolManager(retries=urllib3.Retry(0, redirect=3))
