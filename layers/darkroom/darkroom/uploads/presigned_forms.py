"""Uploads that pass the gateway by: the bytes go to S3 by presigned forms, and come in from there.

What is completed goes through the same ingestion as any other upload.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from darkroom import clock
from darkroom.errors import NotAnnouncedError, NotReceivedError, TooLargeError
from darkroom.images.ingestion import File, safe_name
from darkroom.models.direct_upload import FORM_LIFE, DirectUpload
from darkroom.storage import s3

# What is kept in memory at once. Of more than its contract allows an upload may be begun: it is
# refused when it is completed, as the contract refuses it.
MAX_BYTES = 100 * 1024 * 1024
PARALLEL = 4  # transfers at once


@dataclass(frozen=True)
class Announced:
    """What a client says of a file that it is about to send; `sha256` in hexadecimal."""

    name: str
    content_type: str
    size: int
    sha256: str | None = None


@dataclass(frozen=True)
class Form:
    """A form to be posted to S3, its fields before the file."""

    url: str
    fields: dict[str, str]


@dataclass(frozen=True)
class Begun:
    """A new upload, and a form for each of its files; the forms end at the instant."""

    upload_id: str
    forms_end_at: str
    forms: list[Form]


def begin(path: str, owner: str, files: list[Announced], request: Any) -> Begun:
    """A new upload, which keeps the request. Raises `TooLargeError`."""
    if sum(file.size for file in files) > MAX_BYTES:
        raise TooLargeError(f"The files are larger than {MAX_BYTES} bytes together")
    forms_end_at = clock.instant(datetime.now(UTC) + FORM_LIFE)
    upload = DirectUpload.begin_at(path, owner, s3.S3Storage.name, len(files), request)
    forms = [
        Form(*s3.presigned_post(image.public_id, file.size, FORM_LIFE))
        for image, file in zip(upload.images, files, strict=True)
    ]
    return Begun(upload.upload_id, forms_end_at, forms)


def received(upload: DirectUpload, announced: list[Announced]) -> Iterator[File]:
    """The files of an upload, which are as they were announced; none is kept once it is given.

    Raises `NotReceivedError` while some are missing, `NotAnnouncedError` for others than announced,
    and `StorageError`.
    """
    keys = [image.public_id for image in upload.images]
    sizes = s3.sizes(f"pending/{upload.upload_id}/")
    for key, file in zip(keys, announced, strict=True):
        if key not in sizes:
            raise NotReceivedError(f"File has not been received yet: {safe_name(file.name)}")
        if sizes[key] != file.size:
            raise NotAnnouncedError(f"File has not the announced size: {safe_name(file.name)}")
    with ThreadPoolExecutor(PARALLEL) as pool:
        yield from pool.map(_read, keys, announced)


def _read(key: str, announced: Announced) -> File:
    content = s3.read(key)
    if announced.sha256 and sha256(content).hexdigest() != announced.sha256.lower():
        name = safe_name(announced.name)
        raise NotAnnouncedError(f"File has not the announced checksum: {name}")
    return File(announced.name, content)
