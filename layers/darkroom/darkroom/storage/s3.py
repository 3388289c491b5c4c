"""Images in S3; the public id is the key."""

from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import get_session

from darkroom import settings
from darkroom.errors import StorageError
from darkroom.images.formats import Image
from darkroom.observability.log import logger

BUCKET = settings.text("IMAGES_BUCKET")
URL_SECONDS = 300
MAX_KEYS = 1000  # of one DeleteObjects call

CONFIG = Config(
    connect_timeout=3,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 2},
    signature_version="s3v4",
    s3={"addressing_style": "virtual"},  # a path-style URL redirects in other regions
)


class S3Storage:
    name = "s3"

    def store(self, image: Image, public_id: str) -> str:
        try:
            _client().put_object(
                Bucket=BUCKET,
                Key=public_id,
                Body=image.content,
                ContentType=image.format.content_type,
            )
        except (BotoCoreError, ClientError) as error:
            raise _failure(error) from error
        return f"/images/{public_id}"

    def destroy(self, public_ids: Iterable[str]) -> None:
        keys = [{"Key": public_id} for public_id in public_ids]
        for start in range(0, len(keys), MAX_KEYS):
            _delete(keys[start : start + MAX_KEYS])


def presigned_url(public_id: str) -> str:
    """A URL that opens the image for `URL_SECONDS`."""
    return str(
        _client().generate_presigned_url(
            "get_object", Params={"Bucket": BUCKET, "Key": public_id}, ExpiresIn=URL_SECONDS
        )
    )


def presigned_post(key: str, size: int, lifetime: timedelta) -> tuple[str, dict[str, str]]:
    """The URL and the fields of a form that creates an object of exactly `size` bytes."""
    form = _client().generate_presigned_post(
        BUCKET,
        key,
        Conditions=[["content-length-range", size, size]],
        ExpiresIn=int(lifetime.total_seconds()),
    )
    return form["url"], form["fields"]


def sizes(prefix: str) -> dict[str, int]:
    """The sizes in bytes of up to 1,000 objects below a prefix. Raises `StorageError`."""
    try:
        response = _client().list_objects_v2(Bucket=BUCKET, Prefix=prefix)
    except (BotoCoreError, ClientError) as error:
        raise _failure(error) from error
    return {item["Key"]: item["Size"] for item in response.get("Contents", ())}


def read(key: str) -> bytes:
    """Raises `StorageError`."""
    try:
        content: bytes = _client().get_object(Bucket=BUCKET, Key=key)["Body"].read()
    except (BotoCoreError, ClientError) as error:
        raise _failure(error) from error
    return content


def _delete(keys: list[dict[str, str]]) -> None:
    try:
        response = _client().delete_objects(Bucket=BUCKET, Delete={"Objects": keys, "Quiet": True})
    except (BotoCoreError, ClientError) as error:
        raise _failure(error) from error
    if response.get("Errors"):
        raise StorageError(f"S3 failed to delete {len(response['Errors'])} objects")


def _failure(error: Exception) -> StorageError:
    logger.warning("S3 failed", exc_info=error)
    return StorageError("S3 is not available")


@cache
def _client() -> Any:
    return get_session().create_client("s3", config=CONFIG)
