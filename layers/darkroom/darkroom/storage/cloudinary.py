"""Images in Cloudinary. The only module that knows its SDK."""

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
TIMEOUT = 10  # seconds; the SDK has none of its own
PARALLEL = 8  # destroy takes one id a call
_SIGNATURE = re.compile(r"/s--[\w-]+--")
ATTEMPTS = 2  # two time-outs leave room to answer within the gateway's 29 seconds


@dataclass(frozen=True)
class CloudinaryStorage:
    """Images of one delivery type: `upload` is public, `authenticated` asks for a signature."""

    name: str
    type: str

    def store(self, image: Image, public_id: str) -> str:
        answer = _call(uploader.upload, image.content, public_id=public_id, type=self.type)
        # A signature opens the image to whoever has it: none is kept.
        return _SIGNATURE.sub("", str(answer["secure_url"]))

    def destroy(self, public_ids: Iterable[str]) -> None:
        with ThreadPoolExecutor(PARALLEL) as pool:
            failures = [error for error in pool.map(self._destroy, public_ids) if error]
        if failures:
            raise failures[0]

    def _destroy(self, public_id: str) -> StorageError | None:
        try:
            # Without invalidation the CDN goes on serving copies for 30 days.
            _call(uploader.destroy, public_id, type=self.type, invalidate=True)
        except StorageError as error:
            return error
        return None


PUBLIC = CloudinaryStorage("cloudinary", "upload")
PRIVATE = CloudinaryStorage("cloudinary-private", "authenticated")


def signed(url: str) -> str:
    """The URL of a private image with the signature that opens it, for as long as it exists."""
    account = _account()
    place, path = url.split("/authenticated/", 1)
    name = path.split("/", 1)[1]  # signatures leave the version out
    example, _ = cloudinary_url(
        name,
        type="authenticated",
        sign_url=True,
        cloud_name=account["cloud_name"],
        api_secret=account["api_secret"],
    )
    found = _SIGNATURE.search(example)
    return f"{place}/authenticated{found[0] if found else ''}/{path}"


def _call(method: Callable[..., Any], *args: Any, **options: Any) -> Mapping[str, Any]:
    """Call the Upload API, again after temporary trouble, with its errors made ours."""
    options |= _account() | {"timeout": TIMEOUT}
    for attempt in range(1, ATTEMPTS + 1):
        try:
            answer: Mapping[str, Any] = method(*args, **options)
            return answer
        except exceptions.BadRequest as error:
            raise _refusal(str(error)) from error
        except (exceptions.Error, ValueError) as error:
            # The text may quote the string to sign, so it is for the log alone.
            logger.warning("Cloudinary failed", extra={"attempt": attempt}, exc_info=error)
            if not _is_temporary(error):
                break
    raise StorageError("Cloudinary is not available")


def _is_temporary(error: Exception) -> bool:
    # The SDK tells a 500 or a broken connection by GeneralError; a time-out, 423, 502 or 504
    # arrives as the plain Error.
    return type(error) in (exceptions.GeneralError, exceptions.Error)


def _refusal(message: str) -> Exception:
    if message.startswith("File size too large"):
        return TooLargeError("File is larger than Cloudinary accepts")
    if message.startswith("Maximum image size"):
        return TooManyPixelsError("Image has more pixels than Cloudinary accepts")
    if message.startswith("Invalid image file"):
        return NotAnImageError("Invalid image file")
    return StorageError("Cloudinary refused the request")


def _account() -> dict[str, str]:
    """The account as options of a call, since the SDK's own configuration is one global object.

    Raises `ConfigurationError` when the parameter is missing or holds no `cloudinary://` URL.
    """
    try:
        url = urlsplit(secret(URL_PARAMETER))
    except ConfigurationError as error:
        logger.error("Cloudinary is not configured", exc_info=error)
        raise ConfigurationError("Cloudinary configuration error") from error
    cloud = url.netloc.rpartition("@")[2]
    if url.scheme != "cloudinary" or not (cloud and url.username and url.password):
        raise ConfigurationError("Cloudinary configuration error")
    account = {"cloud_name": cloud, "api_key": url.username, "api_secret": url.password}
    prefix = parse_qs(url.query).get("upload_prefix")
    return account | ({"upload_prefix": prefix[0]} if prefix else {})
