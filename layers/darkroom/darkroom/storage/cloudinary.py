"""Images in Cloudinary. The only module that uses its SDK."""

import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cloudinary import exceptions, uploader
from cloudinary.utils import cloudinary_url

from darkroom import settings
from darkroom.errors import (
    ConfigurationError,
    NotAnImageError,
    StorageError,
    TooLargeError,
    TooManyPixelsError,
)
from darkroom.images.formats import Image
from darkroom.observability.log import logger
from darkroom.secrets import secret

URL_PARAMETER = settings.text("CLOUDINARY_URL_PARAMETER")
CONFIGURATION_ERROR = "Cloudinary configuration error"
TIMEOUT = 10  # seconds; the SDK has no default
MAX_CALLS = 8  # concurrent; `destroy` takes one id per call
_SIGNATURE = re.compile(r"/s--[\w-]+--")
ATTEMPTS = 2  # two time-outs fit into the gateway's 29 seconds


@dataclass(frozen=True)
class CloudinaryStorage:
    """Images of one delivery type: `upload` is public, `authenticated` requires a signature."""

    name: str
    type: str

    def store(self, image: Image, public_id: str) -> str:
        response = _call(uploader.upload, image.content, public_id=public_id, type=self.type)
        # Anybody can open an image with its signed URL, so signatures are not stored.
        return _SIGNATURE.sub("", str(response["secure_url"]))

    def destroy(self, public_ids: Iterable[str]) -> None:
        with ThreadPoolExecutor(MAX_CALLS) as pool:
            failures = [error for error in pool.map(self._destroy, public_ids) if error]
        if failures:
            raise failures[0]

    def _destroy(self, public_id: str) -> StorageError | None:
        try:
            # Without invalidation the CDN serves its copies for 30 more days.
            _call(uploader.destroy, public_id, type=self.type, invalidate=True)
        except StorageError as error:
            return error
        return None


PUBLIC = CloudinaryStorage("cloudinary", "upload")
PRIVATE = CloudinaryStorage("cloudinary-private", "authenticated")


def delivery_url(url: str, store: str) -> str:
    """The URL that opens a stored image; a private image's has a signature that never expires."""
    return _signed(url) if store == PRIVATE.name else url


def _signed(url: str) -> str:
    account = _account()
    prefix, path = url.split("/authenticated/", 1)
    name = path.split("/", 1)[1]  # the signature does not cover the version
    signed, _ = cloudinary_url(
        name,
        type="authenticated",
        sign_url=True,
        cloud_name=account["cloud_name"],
        api_secret=account["api_secret"],
    )
    signature = _SIGNATURE.search(signed)
    return f"{prefix}/authenticated{signature[0] if signature else ''}/{path}"


def _call(method: Callable[..., Any], *args: Any, **options: Any) -> Mapping[str, Any]:
    """Call the Upload API with retries; raise its errors as ours."""
    options |= _account() | {"timeout": TIMEOUT}
    for attempt in range(1, ATTEMPTS + 1):
        try:
            response: Mapping[str, Any] = method(*args, **options)
            return response
        except exceptions.BadRequest as error:
            raise _rejection(str(error)) from error
        except (exceptions.Error, ValueError) as error:
            # The text may contain the string to sign, so only the log gets it.
            logger.warning("Cloudinary failed", extra={"attempt": attempt}, exc_info=error)
            if not _is_temporary(error):
                break
    raise StorageError("Cloudinary is not available")


def _is_temporary(error: Exception) -> bool:
    # The SDK raises GeneralError for a 500 or a broken connection, and the base class Error for a
    # time-out, 423, 502 or 504.
    return type(error) in (exceptions.GeneralError, exceptions.Error)


def _rejection(message: str) -> Exception:
    if message.startswith("File size too large"):
        return TooLargeError("File is larger than Cloudinary accepts")
    if message.startswith("Maximum image size"):
        return TooManyPixelsError("Image has more pixels than Cloudinary accepts")
    if message.startswith("Invalid image file"):
        return NotAnImageError("Invalid image file")
    return StorageError("Cloudinary rejected the request")


def _account() -> dict[str, str]:
    """The account as options of a call, because the SDK's configuration is a global object.

    Raises `ConfigurationError` when the parameter is missing or is not a `cloudinary://` URL.
    """
    try:
        url = urlsplit(secret(URL_PARAMETER))
    except ConfigurationError as error:
        logger.error("Cloudinary is not configured", exc_info=error)
        raise ConfigurationError(CONFIGURATION_ERROR) from error
    cloud = url.netloc.rpartition("@")[2]
    if url.scheme != "cloudinary" or not (cloud and url.username and url.password):
        raise ConfigurationError(CONFIGURATION_ERROR)
    account = {"cloud_name": cloud, "api_key": url.username, "api_secret": url.password}
    prefix = parse_qs(url.query).get("upload_prefix")
    return account | ({"upload_prefix": prefix[0]} if prefix else {})
